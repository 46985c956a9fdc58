import type { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../test/database.js';
import { connectDatabase } from '../platform/database/database.js';
import { AttemptCounts, DIFFERENT_ATTEMPTS } from './attempt-counts.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1, 9, 30);
let test: TestDatabase;
let database: DataSource;
let counts: AttemptCounts;

beforeAll(async () => {
  test = await freshDatabase();
  database = await connectDatabase(test.url, [], 4);
  counts = new AttemptCounts(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

it('counts each kind of attempt of a caller, from one again each hour', async () => {
  const times = async (who: string, what: string, now = NOW): Promise<number> =>
    (await counts.count(who, what, now)).times;
  expect([await times('ben', 'a'), await times('ben', 'a'), await times('ben', 'b'), await times('cleo', 'a')]).toEqual(
    [1, 2, 1, 1],
  );
  expect(await times('ben', 'a', NOW + HOUR)).toBe(1);
});

it('counts further kinds together beyond the maximum number of kinds', async () => {
  for (let n = 0; n < DIFFERENT_ATTEMPTS; n++) expect((await counts.count('flood', `kind ${n}`, NOW)).apart).toBe(true);
  expect(await counts.count('flood', 'one more', NOW)).toMatchObject({ apart: false, times: 1 });
  expect(await counts.count('flood', 'and another', NOW)).toMatchObject({ apart: false, times: 2 });
  expect(await counts.count('flood', 'kind 7', NOW)).toMatchObject({ apart: true, times: 2 });
});
