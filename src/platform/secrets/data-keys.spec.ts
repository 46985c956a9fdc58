import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from '../../../test/database.js';
import { freshDatabase, newPool } from '../../../test/database.js';
import { DataKeys } from './data-keys.js';
import { MasterKey } from './master-key.js';

const master = new MasterKey(randomBytes(32));
let database: TestDatabase;
let pool: pg.Pool;
let keys: DataKeys;

beforeAll(async () => {
  database = await freshDatabase();
  pool = newPool(database.url);
  keys = new DataKeys(pool, master);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

it('makes a key of 32 bytes per id and returns the same key from then on', async () => {
  const [a, b] = ids(2) as [string, string];
  const made = await keys.ensure([a, b, a]);
  expect([...made.keys()].sort()).toEqual([a, b].sort());
  expect(made.get(a)).toHaveLength(32);
  expect(made.get(a)).not.toEqual(made.get(b));
  expect(await keys.ensure([a])).toEqual(new Map([[a, made.get(a)]]));
  expect(await new DataKeys(pool, master).find([b, randomUUID()])).toEqual(new Map([[b, made.get(b)]]));
});

it('returns nothing for no ids', async () => {
  expect(await keys.ensure([])).toEqual(new Map());
  expect(await keys.find([])).toEqual(new Map());
  expect(await keys.destroy([])).toBe(0);
});

it('returns the same key to simultaneous callers, also for ids in another order', async () => {
  const wanted = ids(30);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => keys.ensure(n % 2 ? wanted : wanted.toReversed())),
  );
  for (const answer of answers) for (const id of wanted) expect(answer.get(id)).toEqual(answers[0]!.get(id));
});

it('stores keys wrapped and bound to their id', async () => {
  const [a, b] = ids(2) as [string, string];
  const made = await keys.ensure([a, b]);
  const { rows } = await pool.query<{ wrapped: Buffer }>('select wrapped from data_keys where id = $1', [a]);
  expect(rows[0]!.wrapped.includes(made.get(a)!)).toBe(false);
  await pool.query('update data_keys set wrapped = $2 where id = $1', [b, rows[0]!.wrapped]);
  await expect(keys.find([b])).rejects.toThrow();
});

it('destroys a key for ever and makes no new one', async () => {
  const [destroyed, kept] = ids(2) as [string, string];
  const made = await keys.ensure([destroyed, kept]);
  expect(await keys.destroy([destroyed, destroyed])).toBe(1);
  expect(await keys.destroy([destroyed])).toBe(0);
  expect(await keys.ensure([destroyed, kept])).toEqual(new Map([[kept, made.get(kept)]]));
  const { rows } = await pool.query('select wrapped, destroyed_at from data_keys where id = $1', [destroyed]);
  expect(rows).toEqual([{ wrapped: null, destroyed_at: expect.any(Date) }]);
});

it('marks an id without a key as destroyed', async () => {
  const [id] = ids(1) as [string];
  expect(await keys.destroy([id])).toBe(0);
  expect(await keys.ensure([id])).toEqual(new Map());
});
