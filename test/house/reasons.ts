import { relative } from 'node:path';
import ts from 'typescript';
import type { RefusalKind } from '../../src/platform/domain.js';
import { STATUS } from '../../src/platform/http/problems.js';
import { programOf } from './program.js';

/** Reasons by status. */
type Reasons = Map<number, Set<string>>;

/** Reasons that the platform gives to exceptions of Nest by their status. */
const WORD: Record<string, string> = { 401: 'not-signed-in', 416: 'range-not-satisfiable' };
const ROUTES = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete', 'Sse']);
/** Code that runs before the routes: for callers, for changes, for queries and for lists. */
const BEFORE = {
  callers: ['AuthGuard', 'canActivate'],
  changes: ['Idempotency', 'intercept'],
  queries: ['ReadPosition', 'intercept'],
  lists: ['UnbuiltReadModels', 'intercept'],
} as const;

export interface FoundReasons {
  /** `{ 'AddAccountEndpoint.add': { 409: ['address-taken', …] } }`, and for `BEFORE` by its names */
  reasons: Record<string, Record<number, string[]>>;
  /** routes that compare `If-Match` */
  conditional: string[];
  /** refusals with a reason that the types do not tell */
  unknown: string[];
}

/**
 * The reasons of each route: those of every refusal that its code can reach, through calls, references to functions,
 * and commands and queries with their handlers. A refusal that the code catches counts too.
 */
export function reasonsOfRoutes(): FoundReasons {
  const program = programOf('tsconfig.build.json');
  const search = new Search(program);
  const reasons: FoundReasons['reasons'] = {};
  const conditional: string[] = [];
  const found = (name: string, body: ts.Node): void => {
    const { reasons: of, comparesRevision } = search.from(body);
    if (comparesRevision) conditional.push(name);
    else of.delete(412);
    if (of.size > 0) reasons[name] = sorted(of);
  };
  for (const [name, [className, method]] of Object.entries(BEFORE)) found(name, search.method(className, method));
  for (const endpoint of search.classes.values())
    if (isDecorated(endpoint, (name) => name === 'Controller'))
      for (const member of endpoint.members)
        if (ts.isMethodDeclaration(member) && isDecorated(member, (name) => ROUTES.has(name)))
          found(`${endpoint.name!.text}.${member.name.getText()}`, member);
  return { reasons, conditional, unknown: [...search.unknown].toSorted() };
}

const sorted = (of: Reasons): Record<number, string[]> =>
  Object.fromEntries(
    [...of].toSorted(([a], [b]) => a - b).map(([status, reasons]) => [status, [...reasons].toSorted()]),
  );

function isDecorated(node: ts.HasDecorators, named: (name: string) => boolean): boolean {
  return (ts.getDecorators(node) ?? []).some(
    ({ expression }) => ts.isCallExpression(expression) && named(expression.expression.getText()),
  );
}

class Search {
  readonly unknown = new Set<string>();
  readonly classes = new Map<string, ts.ClassDeclaration>();
  private readonly checker: ts.TypeChecker;
  /** classes of handlers by command and query */
  private readonly handlers = new Map<string, ts.ClassDeclaration>();

  constructor(program: ts.Program) {
    this.checker = program.getTypeChecker();
    for (const source of program.getSourceFiles())
      if (isOurs(source))
        ts.forEachChild(source, (node) => {
          if (!ts.isClassDeclaration(node) || !node.name) return;
          this.classes.set(node.name.text, node);
          for (const { expression } of ts.getDecorators(node) ?? [])
            if (ts.isCallExpression(expression) && /^(Command|Query)Handler$/.test(expression.expression.getText()))
              this.handlers.set(expression.arguments[0]!.getText(), node);
        });
  }

  method(className: string, name: string): ts.MethodDeclaration {
    return this.classes
      .get(className)!
      .members.find(
        (member): member is ts.MethodDeclaration => ts.isMethodDeclaration(member) && member.name.getText() === name,
      )!;
  }

  from(start: ts.Node): { reasons: Reasons; comparesRevision: boolean } {
    const reasons: Reasons = new Map();
    let comparesRevision = false;
    const seen = new Set<ts.Node>();
    const queue = [start];
    const reach = (node: ts.Node): void => {
      if (!seen.has(node)) {
        seen.add(node);
        queue.push(node);
      }
    };
    for (let node = queue.pop(); node; node = queue.pop())
      walk(node, (each) => {
        this.refusal(each, reasons);
        comparesRevision ||= ts.isPropertyAccessExpression(each) && each.getText() === 'origin.ifMatch';
        for (const next of this.reached(each)) reach(next);
      });
    return { reasons, comparesRevision };
  }

  /** Methods of the classes that extend the abstract class of a method. */
  private implementationsOf({ name, parent }: ts.MethodDeclaration): ts.Node[] {
    const port = ts.isClassDeclaration(parent) ? parent.name?.text : undefined;
    return [...this.classes.values()]
      .filter((each) =>
        each.heritageClauses?.some(({ types }) => types.some(({ expression }) => expression.getText() === port)),
      )
      .flatMap((each) => this.method(each.name!.text, name.getText()) ?? []);
  }

  /** Functions, methods and handlers that a node leads to. */
  private reached(node: ts.Node): readonly ts.Node[] {
    if (ts.isNewExpression(node)) {
      const handler = this.handlers.get(node.expression.getText());
      if (handler) return [this.method(handler.name!.text, 'execute')];
    }
    if (!ts.isIdentifier(node) || ts.isPartOfTypeNode(node)) return [];
    const symbol = this.symbolOf(node);
    return (symbol?.declarations ?? []).flatMap((declaration): ts.Node[] => {
      if (!isOurs(declaration.getSourceFile())) return [];
      if (ts.isMethodDeclaration(declaration) && !declaration.body) return this.implementationsOf(declaration);
      if (ts.isMethodDeclaration(declaration) || ts.isFunctionDeclaration(declaration) || ts.isGetAccessor(declaration))
        return [declaration];
      const value =
        ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration)
          ? declaration.initializer
          : undefined;
      return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? [value] : [];
    });
  }

  private refusal(node: ts.Node, reasons: Reasons): void {
    const add = (status: number, found: readonly string[]): void => {
      const of = reasons.get(status) ?? new Set();
      for (const each of found) reasons.set(status, of.add(each));
    };
    if (ts.isCallExpression(node) && node.expression.getText() === 'throttle') {
      const [, , tooMany] = node.arguments;
      const reason = this.checker.getTypeAtLocation(tooMany!).getProperty('reason')!;
      // Within `throttle` itself, the reason is a parameter.
      if (tooMany!.getText() !== 'tooMany')
        add(429, this.literals(this.checker.getTypeOfSymbolAtLocation(reason, node), node));
    }
    if (!ts.isNewExpression(node)) return;
    const [first, second] = node.arguments ?? [];
    const name = node.expression.getText();
    if (name === 'NotSignedIn') add(401, ['not-signed-in']);
    if (name === 'HttpException' && second && second.getText() in WORD)
      add(Number(second.getText()), [WORD[second.getText()]!]);
    if (name === 'Hidden') add(404, this.texts(first));
    if (name === 'BadInput' && second) add(400, this.texts(second));
    if (name === 'Refused' && first!.getText() !== 'tooMany.reason')
      add(STATUS[second ? (this.texts(second)[0]! as RefusalKind) : 'conflict'], this.texts(first));
  }

  private texts(node: ts.Expression | undefined): string[] {
    return node ? this.literals(this.checker.getTypeAtLocation(node), node) : [];
  }

  private literals(type: ts.Type, node: ts.Node): string[] {
    if (type.isStringLiteral()) return [type.value];
    if (type.isUnion()) return type.types.flatMap((each) => this.literals(each, node));
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    this.unknown.add(`${relative(process.cwd(), source.fileName)}:${line + 1} ${node.getText()}`);
    return [];
  }

  private symbolOf(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

const isOurs = ({ fileName }: ts.SourceFile): boolean => /^(src|projections)\//.test(relative(process.cwd(), fileName));

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
