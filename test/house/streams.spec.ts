import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { factShapes } from '../../src/all.events.js';
import { streamsPage } from './streams.js';

const PAGE = 'docs/streams.md';

/** `npm run streams` writes the page instead. */
it('docs/streams.md lists every stream with its facts, commands and followers', async () => {
  const page = await format(streamsPage(), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  if (process.env.WRITE_STREAMS === 'true') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
  const named = [...page.matchAll(/^\| (\w+) +\|/gm)].map(([, fact]) => fact!).filter((fact) => fact !== 'fact');
  expect([...new Set(named)].toSorted()).toEqual(Object.keys(factShapes).toSorted());
});
