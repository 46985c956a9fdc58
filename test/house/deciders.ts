import ts from 'typescript';

/** A fold in a source file: a value of type `Decider`, or an object with `initial` and `evolve`. */
export interface FoldFound {
  line: number;
  /** union of the facts it folds, as written; null without a type annotation */
  facts: string | null;
}

/** Finds every fold that a source file declares. Parameters and type declarations do not count. */
export function foldsIn(source: string): FoldFound[] {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
  const found: FoldFound[] = [];
  const add = (node: ts.Node, type: ts.TypeReferenceNode | undefined): void => {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    found.push({ line, facts: type?.typeArguments?.[1]?.getText(file) ?? null });
  };
  const visit = (node: ts.Node): void => {
    const type = typeOfValue(node);
    if (type && ts.isTypeReferenceNode(type) && type.typeName.getText(file) === 'Decider') {
      add(node, type);
      return;
    }
    if (ts.isObjectLiteralExpression(node) && ['initial', 'evolve'].every((name) => hasMember(node, name, file)))
      add(node, undefined);
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

/** The annotated type of a value: of a variable, of the result of a function, or after `satisfies` and `as`. */
function typeOfValue(node: ts.Node): ts.TypeNode | undefined {
  const isValue =
    ts.isVariableDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isFunctionLike(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isAsExpression(node);
  return isValue && !ts.isTypeNode(node) && !ts.isMethodSignature(node) ? node.type : undefined;
}

const hasMember = (node: ts.ObjectLiteralExpression, name: string, file: ts.SourceFile): boolean =>
  node.properties.some((property) => property.name?.getText(file) === name);
