import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as lists from './kill-points.js';

const published = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [...readFileSync(join('src', file), 'utf8').matchAll(/\breached\('([^']+)'\)/g)])
  .map(([, step]) => step!);

it('every step that the sources publish is listed for a crash test, and every listed step is published', () => {
  const listed: readonly string[] = Object.values(lists).flat();
  expect([...new Set(published)].toSorted()).toEqual(listed.toSorted());
});
