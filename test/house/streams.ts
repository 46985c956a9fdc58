import { basename, dirname, relative } from 'node:path';
import ts from 'typescript';
import { allProjections, allSagas } from '../../src/service.js';
import { programOf } from './program.js';

interface Stream {
  /** `account-<accountId>` */
  name: string;
  facts: Set<string>;
  /** files with decisions on this stream */
  deciding: Set<string>;
}

const ROOT = process.cwd();
const HEAD = `# Streams

Generated from the code by \`npm run streams\`; a spec compares it. Each stream with its facts, the commands that decide
on it, and the followers of each fact. A command in parentheses decides in a shared file that it imports.
`;

/** The page docs/streams.md: every stream with its facts, its commands and the followers of its facts. */
export function streamsPage(): string {
  const program = programOf('tsconfig.build.json');
  const sources = program.getSourceFiles().filter(({ fileName }) => relative(ROOT, fileName).startsWith('src/'));
  const followers = followersByFact();
  const commands = commandsByFile(sources);
  const streams = streamsOf(program.getTypeChecker(), sources);
  const sections = [...streams.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, facts, deciding }) => {
      const decided = [...deciding].toSorted().map((file) => `- ${commandsOf(file, commands)}`);
      const rows = [...facts].toSorted().map((fact) => `| ${fact} | ${(followers.get(fact) ?? []).join(', ')} |`);
      return [
        `## ${name}`,
        '',
        'Decided in:',
        '',
        ...decided,
        '',
        '| fact | followers |',
        '| --- | --- |',
        ...rows,
      ].join('\n');
    });
  return `${[HEAD, ...sections].join('\n\n').replaceAll('\n\n\n', '\n\n')}\n`;
}

function followersByFact(): Map<string, string[]> {
  const all = [
    ...allProjections().map(({ name, on }) => ({ name, types: Object.keys(on) })),
    ...allSagas().map(({ name, types }) => ({ name, types: types as readonly string[] })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const byFact = new Map<string, string[]>();
  for (const { name, types } of all) for (const type of types) byFact.set(type, [...(byFact.get(type) ?? []), name]);
  return byFact;
}

/** Streams by the symbol of their function or constant. */
function streamsOf(checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): Map<ts.Symbol, Stream> {
  const streams = new Map<ts.Symbol, Stream>();
  for (const source of sources)
    if (source.fileName.endsWith('.events.ts'))
      ts.forEachChild(source, (node) => {
        if (!ts.isVariableStatement(node)) return;
        for (const { name, initializer } of node.declarationList.declarations) {
          const stream = /stream$/i.test(name.getText()) && initializer && nameOfStream(initializer);
          if (stream) streams.set(symbolOf(checker, name)!, { name: stream, facts: new Set(), deciding: new Set() });
        }
      });
  for (const source of sources)
    walk(source, (node) => {
      const decision = decisionOf(node);
      if (!decision) return;
      const stream = streams.get(streamSymbolOf(checker, decision.stream)!);
      const facts = factsOf(checker, decision.decider);
      if (!stream || facts.length === 0) return;
      for (const fact of facts) stream.facts.add(fact);
      if (decision.writes) stream.deciding.add(relative(ROOT, source.fileName));
    });
  return streams;
}

/** `decide.on(stream, decider, …)`, `decide.load(stream, decider)`, or a claim `{ stream, decider, … }`. */
function decisionOf(node: ts.Node): { stream: ts.Expression; decider: ts.Expression; writes: boolean } | undefined {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const method = node.expression.name.text;
    const [stream, decider] = node.arguments;
    if ((method === 'on' || method === 'load') && stream && decider)
      return { stream, decider, writes: method === 'on' };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const [stream, decider] = ['stream', 'decider'].map((name) => propertyOf(node, name));
    if (stream && decider) return { stream, decider, writes: true };
  }
  return undefined;
}

function propertyOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = node.properties.find((each) => each.name?.getText() === name);
  if (property && ts.isPropertyAssignment(property)) return property.initializer;
  return property && ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

/** `account-<accountId>` of a constant or of a function that returns a template. */
function nameOfStream(node: ts.Expression): string | undefined {
  if (ts.isStringLiteral(node)) return node.text;
  if (!ts.isArrowFunction(node) || !ts.isTemplateExpression(node.body)) return undefined;
  const parameter = node.parameters[0]!.name.getText();
  return `${node.body.head.text}<${parameter}>`;
}

/** Symbol of the function or constant that names a stream, also behind a local constant or a method that returns it. */
function streamSymbolOf(checker: ts.TypeChecker, node: ts.Expression): ts.Symbol | undefined {
  const symbol = symbolOf(checker, ts.isCallExpression(node) ? node.expression : node);
  const within = symbol?.valueDeclaration && callWithin(symbol.valueDeclaration);
  return within ? streamSymbolOf(checker, within) : symbol;
}

function callWithin(node: ts.Node): ts.CallExpression | undefined {
  const last = ts.isMethodDeclaration(node) ? node.body?.statements.at(-1) : undefined;
  const value = ts.isVariableDeclaration(node)
    ? node.initializer
    : last && ts.isReturnStatement(last) && last.expression;
  return value && ts.isCallExpression(value) ? value : undefined;
}

function symbolOf(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(node);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Fact types that the `evolve` of a decider takes. */
function factsOf(checker: ts.TypeChecker, decider: ts.Expression): string[] {
  const evolve = checker.getTypeAtLocation(decider).getProperty('evolve');
  const [signature] = evolve ? checker.getTypeOfSymbolAtLocation(evolve, decider).getCallSignatures() : [];
  const fact = signature?.getParameters()[1];
  if (!fact) return [];
  const type = checker.getTypeOfSymbolAtLocation(fact, decider);
  return (type.isUnion() ? type.types : [type]).flatMap((each) => {
    const name = each.getProperty('type');
    const literal = name && checker.getTypeOfSymbolAtLocation(name, decider);
    return literal?.isStringLiteral() ? [literal.value] : [];
  });
}

interface Commands {
  own: Map<string, string[]>;
  importers: Map<string, Set<string>>;
}

function commandsByFile(sources: readonly ts.SourceFile[]): Commands {
  const own = new Map<string, string[]>();
  const importers = new Map<string, Set<string>>();
  for (const source of sources) {
    const file = relative(ROOT, source.fileName);
    const handled = [...source.text.matchAll(/^@CommandHandler\((\w+)\)/gm)].map(([, name]) => name!);
    if (handled.length > 0) own.set(file, handled);
    for (const [, specifier] of source.text.matchAll(/from '(\.[^']+)\.js'/g)) {
      const imported = relative(ROOT, ts.sys.resolvePath(`${dirname(source.fileName)}/${specifier}.ts`));
      importers.set(imported, (importers.get(imported) ?? new Set()).add(file));
    }
  }
  return { own, importers };
}

function commandsOf(file: string, { own, importers }: Commands): string {
  const link = `[${basename(file)}](../${file})`;
  const mine = own.get(file);
  if (mine) return `${mine.join(', ')}: ${link}`;
  const others = [...(importers.get(file) ?? [])].flatMap((importer) => own.get(importer) ?? []);
  return others.length === 0 ? link : `(${[...new Set(others)].toSorted().join(', ')}): ${link}`;
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
