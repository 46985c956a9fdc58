import pg from 'pg';
import { freshDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { LastUse } from './last-use.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
let database: TestDatabase;
let pool: pg.Pool;
let now = START;

beforeAll(async () => {
  database = await freshDatabase();
  pool = newPool(database.url);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('the last use is written at most once a minute, also by several processes', async () => {
  const [one, two] = [new LastUse(pool, () => now), new LastUse(pool, () => now)];
  const at = async (): Promise<number | undefined> => (await one.of(['token:t'])).get('token:t')?.getTime();
  expect(await at()).toBeUndefined();
  await one.note('token:t');
  expect(await at()).toBe(START);
  now += MINUTE / 2;
  await one.note('token:t');
  await two.note('token:t');
  expect(await at()).toBe(START);
  now += MINUTE;
  await one.note('token:t');
  expect(await at()).toBe(START + 1.5 * MINUTE);
  now = START - 60 * MINUTE; // the clock was set back
  await one.note('token:t');
  expect(await at()).toBe(now);
});
