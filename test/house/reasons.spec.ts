import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { reasonsOfRoutes } from './reasons.js';

const FILE = 'src/platform/http/reasons-of-routes.ts';
const HEAD = `/**
 * Generated from the code by \`npm run reasons\`; a spec compares it. Reasons of refusals by endpoint and status, those
 * of all routes for callers, changes, queries and lists, and the routes that compare \`If-Match\`.
 */
`;

/** All files are compiled, on a machine that may be busy. */
const WHOLE_REPOSITORY_MS = 300_000;

/** `npm run reasons` writes the file instead. */
it(
  'the reasons of every route stand in the OpenAPI document',
  async () => {
    const { reasons, conditional, unknown } = reasonsOfRoutes();
    expect(unknown).toEqual([]);
    const text = `${HEAD}export const reasonsOfRoutes: Readonly<Record<string, Readonly<Record<number, readonly string[]>>>> =
    ${JSON.stringify(reasons)};
  export const conditionalRoutes: readonly string[] = ${JSON.stringify(conditional)};`;
    const file = await format(text, { ...(await resolveConfig(FILE)), parser: 'typescript' });
    if (process.env.WRITE_REASONS === 'true') writeFileSync(FILE, file);
    expect(readFileSync(FILE, 'utf8')).toBe(file);
  },
  WHOLE_REPOSITORY_MS,
);
