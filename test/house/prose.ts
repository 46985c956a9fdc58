import ts from 'typescript';

export interface Finding {
  line: number;
  rule: 'word' | 'line length';
  text: string;
}

/** Words that begin a clause without a noun, and persons as `he`. Names such as who-may-do-what do not count. */
const FORBIDDEN = /(?<![-/])\b(?:(?:who|whose|whom|whoever|what|whatever|he|his|him|himself)\b(?!-)|that which\b)/i;
const MOST_CHARACTERS = 120;
const SQL = /^\s*(select|insert|update|delete|create|alter|drop|with|truncate|begin|and|from|where|union)\b/i;

/** Findings in the comments and texts of a TypeScript file; code in backticks and quoted words do not count. */
export function findingsInCode(source: string): Finding[] {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
  const lineOf = (at: number): number => file.getLineAndCharacterOfPosition(at).line + 1;
  const comments = new Map<number, string>();
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(source, node.end) ?? []),
    ];
    for (const { pos, end } of ranges) comments.set(pos, source.slice(pos, end));
    const text = textOf(node);
    if (text !== undefined && isProse(text) && FORBIDDEN.test(withoutQuotes(text)))
      findings.push({ line: lineOf(node.getStart(file)), rule: 'word', text });
    node.getChildren(file).forEach(visit);
  };
  visit(file);
  for (const [at, comment] of comments)
    for (const [n, text] of comment.split('\n').entries()) {
      const line = lineOf(at) + n;
      if (FORBIDDEN.test(withoutQuotes(text))) findings.push({ line, rule: 'word', text });
      if (lengthOfLine(source, line) > MOST_CHARACTERS && !text.includes('://'))
        findings.push({ line, rule: 'line length', text });
    }
  return findings.toSorted((a, b) => a.line - b.line);
}

/** Findings in a Markdown page; code blocks and tables have lines of any length. */
export function findingsInPage(page: string): Finding[] {
  const findings: Finding[] = [];
  let code = false;
  for (const [n, text] of page.split('\n').entries()) {
    if (text.startsWith('```')) code = !code;
    if (code || text.startsWith('    ')) continue;
    if (FORBIDDEN.test(withoutQuotes(text))) findings.push({ line: n + 1, rule: 'word', text });
    if (text.length > MOST_CHARACTERS && !text.startsWith('|') && !text.includes('](') && !text.includes('://'))
      findings.push({ line: n + 1, rule: 'line length', text });
  }
  return findings;
}

export const isForbidden = (text: string): boolean => FORBIDDEN.test(withoutQuotes(text));

const withoutQuotes = (text: string): string => text.replaceAll(/`[^`]*`|"[^"]*"|“[^”]*”/g, '');

const isProse = (text: string): boolean => /\S\s+\S/.test(text) && !SQL.test(text);

const lengthOfLine = (source: string, line: number): number => source.split('\n', line)[line - 1]!.length;

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return node.text;
  return undefined;
}
