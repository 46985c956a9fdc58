import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingsInCode, findingsInPage } from './prose.js';

/** A word alone is no prose: the samples below get their forbidden words from here. */
const [WHO, WHOSE, WHAT, HIS] = ['who', 'whose', 'what', 'his'];
const FOLDERS = ['src', 'projections', 'demo', 'scripts', 'test', 'bench', 'docs', 'web'];
/** Made from docs/openapi.json. */
const GENERATED = 'web/shared/interface.ts';
const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
);

/** Every finding as `file:line rule: text`. */
const findingsIn = (names: readonly string[], check: typeof findingsInCode): string[] =>
  names.flatMap((name) =>
    check(readFileSync(name, 'utf8')).map(({ line, rule, text }) => `${name}:${line} ${rule}: ${text.trim()}`),
  );

describe('plain English', () => {
  it('stands in every comment and every text of the code', () => {
    expect(
      findingsIn(
        files.filter((name) => /\.(tsx?|mjs)$/.test(name) && name !== GENERATED),
        findingsInCode,
      ),
    ).toEqual([]);
  });

  it('stands in the README and in every document', () => {
    expect(findingsIn(['README.md', ...files.filter((name) => name.endsWith('.md'))], findingsInPage)).toEqual([]);
  });

  it.each([
    ['a comment with a forbidden word', `// ${WHO.toUpperCase()} waits\n`, 'word'],
    ['a docstring with a forbidden word', `/** The user, ${WHOSE} session ended. */\nconst a = 1;\n`, 'word'],
    ['a text with a forbidden word', `const a = 'the user and ${HIS} mail';\n`, 'word'],
    ['a template with a forbidden word', `const a = \`tells ${WHAT} \${1} means\`;\n`, 'word'],
    ['a comment that is too long', `// ${'long '.repeat(30)}\n`, 'line length'],
  ])('is violated by %s', (_, code, rule) => {
    expect(findingsInCode(code).map((finding) => finding.rule)).toEqual([rule]);
  });

  it.each([
    ['code in backticks', `// \`who\` is a column\n`],
    ['a name with hyphens', '// Filled by who-may-do-what.ts\n'],
    ['SQL', `const a = 'select ${WHO} from last_use';\n`],
    ['a single word', `const a = '${WHO}';\n`],
  ])('is not violated by %s', (_, code) => {
    expect(findingsInCode(code)).toEqual([]);
  });

  it('is violated by forbidden words and long lines of a page, but not by its code', () => {
    const page = [`A user, ${WHO} waits.`, '', 'word '.repeat(30), '', '```', WHO, '```'].join('\n');
    expect(findingsInPage(page).map(({ line, rule }) => `${line} ${rule}`)).toEqual(['1 word', '3 line length']);
  });
});
