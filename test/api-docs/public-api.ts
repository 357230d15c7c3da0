/** What the package exports: each name and each of its members, with its comment, as the declarations in dist/ have them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/fixture';

export type Kind = 'function' | 'class' | 'interface' | 'type' | 'variable' | 'constructor' | 'method' | 'property';

/** An export, or a member of one. */
export interface Documented {
  /** As a reader would look for it: `Supervisor.restart`. */
  readonly name: string;
  /** What it is imported from: `offspring-rx/pool`. */
  readonly entry: string;
  readonly kind: Kind;
  /** Whether users can only name its type, and not construct it. */
  readonly isTypeOnly: boolean;
  /** The export that has this member. */
  readonly owner?: Documented;
  /** Its declarations: several for overloads. */
  readonly nodes: readonly ts.Declaration[];
  /** Its comment without the examples; those of all overloads, one after the other. */
  readonly comment: string;
  readonly examples: readonly string[];
  readonly members: readonly Documented[];
}

export interface PublicApi {
  readonly items: readonly Documented[];
  readonly checker: ts.TypeChecker;
}

export interface Entry {
  /** `offspring-rx/pool`. */
  readonly entry: string;
  /** Its declarations. */
  readonly file: string;
}

/** The entries of package.json. */
export function publicEntries(): Entry[] {
  const { exports: entries } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return Object.entries<{ require?: { types: string } }>(entries).flatMap(([name, { require: named }]) =>
    named ? [{ entry: path.posix.join('offspring-rx', name), file: path.join(ROOT, named.types) }] : [],
  );
}

/** Reads the entries. It takes only the declarations of this package, and not those of Node and RxJS. */
export function readPublicApi(entries: readonly Entry[] = publicEntries()): PublicApi {
  const options: ts.CompilerOptions = { noLib: true, types: [] };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) => literals.map(({ text }) => resolved(text, from));
  const program = ts.createProgram({ rootNames: entries.map(({ file }) => file), options, host });
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const items = entries.flatMap(({ entry, file }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile);
    return (module ? checker.getExportsOfModule(module) : []).flatMap(exported => {
      const symbol = originOf(checker, exported);
      if (seen.has(symbol)) return [];
      seen.add(symbol);
      return [documented(entry, exported.name, symbol.declarations ?? [], isTypeOnly(exported))];
    });
  });
  return { items, checker };
}

const isTypeOnly = ({ declarations: [declaration] = [] }: ts.Symbol): boolean =>
  declaration !== undefined && ts.isTypeOnlyImportOrExportDeclaration(declaration);

/** What an import or an export leads to. */
export const originOf = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

function resolved(specifier: string, from: string): ts.ResolvedModuleWithFailedLookupLocations {
  // The compiler's own paths have no backslashes.
  const file = `${path.resolve(path.dirname(from), specifier)}.d.ts`.replaceAll(path.sep, '/');
  const isOwn = specifier.startsWith('.') && existsSync(file);
  return { resolvedModule: isOwn ? { resolvedFileName: file, extension: '.d.ts' } : undefined } as never;
}

function documented(
  entry: string,
  name: string,
  nodes: readonly ts.Declaration[],
  isTypeOnly: boolean,
  owner?: Documented,
): Documented {
  const comments = nodes.map(commentOf).filter(comment => comment !== '');
  const parts = comments.map(comment => comment.split(/^@example\b/m));
  const item = {
    name,
    entry,
    kind: kindOf(nodes[0] as ts.Declaration),
    isTypeOnly,
    ...(owner && { owner }),
    nodes,
    comment: parts.map(([text]) => text?.trim()).join('\n'),
    examples: parts.flatMap(([, ...examples]) => examples.map(example => example.replace(/^@\w+.*$/ms, '').trim())),
    members: [] as Documented[],
  };
  for (const [member, declarations] of byName(nodes.flatMap(membersOf))) {
    item.members.push(documented(entry, `${name}.${member}`, declarations, isTypeOnly, item));
  }
  return item;
}

function byName(members: readonly ts.Declaration[]): Map<string, ts.Declaration[]> {
  const groups = new Map<string, ts.Declaration[]>();
  for (const member of members) groups.set(nameOf(member), [...(groups.get(nameOf(member)) ?? []), member]);
  return groups;
}

/** The text of the comment that belongs to a declaration. */
function commentOf(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
  return comment ? plain(comment.getText()) : '';
}

export const plain = (comment: string): string =>
  comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^[ \t]*\* ?/gm, '')
    .trim();

function kindOf(node: ts.Declaration): Kind {
  if (ts.isFunctionDeclaration(node)) return 'function';
  if (ts.isVariableDeclaration(node)) return node.type && ts.isFunctionTypeNode(node.type) ? 'function' : 'variable';
  if (ts.isClassDeclaration(node)) return 'class';
  if (ts.isInterfaceDeclaration(node)) return 'interface';
  if (ts.isTypeAliasDeclaration(node)) return 'type';
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  return ts.isMethodDeclaration(node) || ts.isMethodSignature(node) ? 'method' : 'property';
}

const nameOf = (node: ts.Declaration): string =>
  ts.isConstructorDeclaration(node) ? 'constructor' : (ts.getNameOfDeclaration(node)?.getText() ?? '');

/** The members that users may use. */
function membersOf(node: ts.Declaration): ts.Declaration[] {
  if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return [];
  const all = [...(node.members as ts.NodeArray<ts.Declaration>)];
  return all.filter(member => !nameOf(member).startsWith('#') && !/^(private|protected) /.test(member.getText()));
}
