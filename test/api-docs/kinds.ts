/** Of what kind an export or a member is, which says what its comment owes. */
import ts from 'typescript';
import { type Documented, plain } from './public-api';

/** Errors and their guards are shown by the example of the class that they all extend. */
export const isError = ({ name, kind }: Documented) => kind === 'class' && name.endsWith('Error');
export const isGuard = ({ kind, nodes }: Documented) =>
  kind === 'function' && nodes.some(node => / is \w+Error;?$/.test(node.getText()));
/** For the library only: it owes users nothing but its name. */
export const isInternal = ({ comment }: Documented) => /^@internal\b/m.test(comment);
export const hasTypeParameters = ({ nodes }: Documented) =>
  nodes.some(node => ts.isTypeAliasDeclaration(node) && node.typeParameters !== undefined);

/** The type that a member has, or that a function returns, of each of its declarations. */
export function typesOf({ kind, nodes }: Documented): string[] {
  return nodes.map(node => {
    const { type } = node as ts.SignatureDeclaration;
    return (kind === 'function' && type && ts.isFunctionTypeNode(type) ? type.type : type)?.getText() ?? '';
  });
}

export const gives = (item: Documented, type: RegExp) =>
  ['function', 'method', 'property', 'variable'].includes(item.kind) && typesOf(item).some(each => type.test(each));
/** A promise of the library. If a member may also return something else, its user writes it. */
export const givesPromise = (item: Documented) =>
  typesOf(item).some(type => /^Promise</.test(type) && !/\) \||> \|/.test(type));

/** What tells the alternatives of a union apart: `reason: 'completed'`, `error?: never`. */
export const isLiteral = (node: ts.Node) =>
  ts.isPropertySignature(node) && /^('[^']*'|\d+|null|true|false|never)$/.test(node.type?.getText() ?? '');

/**
 * Each text of a union of texts, and each `type` of a union of objects. `comment` is its own one, if editors and the site
 * show it: that of an object.
 */
export function alternativesOf({ nodes }: Documented): { text: string; comment: string }[] {
  const texts: { text: string; comment: string }[] = [];
  const visit = (node: ts.Node, comment: string): void => {
    if (ts.isUnionTypeNode(node)) {
      const isShown = ts.isTypeAliasDeclaration(node.parent);
      for (const [at, each] of node.types.entries()) {
        visit(each, isShown ? commentBetween(node.types[at - 1], each) : '');
      }
    } else if (ts.isIntersectionTypeNode(node) || ts.isParenthesizedTypeNode(node)) {
      node.forEachChild(each => visit(each, comment));
    } else if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) {
      texts.push({ text: node.literal.text, comment: '' });
    } else if (ts.isTypeLiteralNode(node)) {
      const tag = node.members.map(member => TAG.exec(member.getText())?.[1]).find(Boolean);
      const inside = node.members.map(leadingComment).join('');
      if (tag) texts.push({ text: tag, comment: comment || inside });
    }
  };
  for (const node of nodes) if (ts.isTypeAliasDeclaration(node)) visit(node.type, '');
  return texts;
}

/** The member that tells objects apart. */
const TAG = /^(?:readonly )?(?:type|status|side): '(.*)'/;

function leadingComment(node: ts.Node): string {
  const text = node.getSourceFile().text;
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  return ranges.map(({ pos, end }) => plain(text.slice(pos, end))).join(' ');
}

/** The comment of an alternative stands before its `|`. */
function commentBetween(before: ts.Node | undefined, node: ts.Node): string {
  const text = node.getSourceFile().text.slice(before?.end ?? node.parent.pos, node.getStart());
  return [...text.matchAll(/\/\*\*.*?\*\//gs)].map(([comment]) => plain(comment)).join(' ');
}
