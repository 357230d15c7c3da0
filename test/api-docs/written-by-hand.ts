/** Which types users write by hand: those of the arguments that they pass, and of what is inside them. */
import ts from 'typescript';
import { type Documented, originOf, type PublicApi } from './public-api';

const isAbstract = (node: ts.Declaration) => (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Abstract) !== 0;

/** The parameters that a user passes. The library calls abstract members, and constructs errors and what only has a type. */
function parametersOf(item: Documented): ts.ParameterDeclaration[] {
  if (item.kind === 'constructor' && item.owner?.name.endsWith('Error')) return [];
  return item.nodes.flatMap(node => {
    if (isAbstract(node)) return [];
    const signature = ts.isVariableDeclaration(node) ? node.type : node;
    return signature && ts.isFunctionLike(signature) ? [...signature.parameters] : [];
  });
}

export function writtenByHand({ items, checker }: PublicApi): Set<ts.Node> {
  const found = new Set<ts.Node>();
  const follow = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const symbol = checker.getSymbolAtLocation(ts.isTypeReferenceNode(node) ? node.typeName : node.expression);
      for (const declaration of (symbol && originOf(checker, symbol).declarations) ?? []) add(declaration);
    }
    // `Event['type']` is a text.
    if (ts.isIndexedAccessTypeNode(node)) return;
    // What a function that the user writes is given, the library makes.
    if (ts.isParameter(node) && ts.isFunctionTypeNode(node.parent)) return;
    node.forEachChild(follow);
  };
  const add = (declaration: ts.Node): void => {
    const isType = ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration);
    if (found.has(declaration) || !(isType || ts.isTypeParameterDeclaration(declaration))) return;
    found.add(declaration);
    declaration.forEachChild(follow);
  };
  for (const item of items) {
    // What an overridden member returns is written by hand too. Its name tells.
    if (item.name.endsWith('Options')) item.nodes.forEach(add);
    for (const each of [item, ...item.members]) {
      for (const parameter of parametersOf(each)) if (parameter.type) follow(parameter.type);
    }
  }
  return found;
}
