import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from '../../../test/database.js';
import { freshDatabase } from '../../../test/database.js';
import { DATA_KEYS_SCHEMA, DataKeys } from './data-keys.js';
import { MasterKey } from './master-key.js';

const master = new MasterKey(randomBytes(32));
let database: TestDatabase;
let pool: pg.Pool;
let keys: DataKeys;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await pool.query(DATA_KEYS_SCHEMA);
  keys = new DataKeys(pool, master);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

it('makes a key of 32 bytes per id, and answers the same one ever after', async () => {
  const [a, b] = ids(2) as [string, string];
  const made = await keys.ensure([a, b, a]);
  expect([...made.keys()].sort()).toEqual([a, b].sort());
  expect(made.get(a)).toHaveLength(32);
  expect(made.get(a)).not.toEqual(made.get(b));
  expect(await keys.ensure([a])).toEqual(new Map([[a, made.get(a)]]));
  expect(await new DataKeys(pool, master).find([b, randomUUID()])).toEqual(new Map([[b, made.get(b)]]));
});

it('asked for nothing answers nothing', async () => {
  expect(await keys.ensure([])).toEqual(new Map());
  expect(await keys.find([])).toEqual(new Map());
  expect(await keys.destroy([])).toBe(0);
});

it('gives one key to all who ask at once, in whatever order', async () => {
  const wanted = ids(30);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => keys.ensure(n % 2 ? wanted : wanted.toReversed())),
  );
  for (const answer of answers) for (const id of wanted) expect(answer.get(id)).toEqual(answers[0]!.get(id));
});

it('stores them wrapped, bound to their id', async () => {
  const [a, b] = ids(2) as [string, string];
  const made = await keys.ensure([a, b]);
  const { rows } = await pool.query<{ wrapped: Buffer }>('select wrapped from data_keys where id = $1', [a]);
  expect(rows[0]!.wrapped.includes(made.get(a)!)).toBe(false);
  await pool.query('update data_keys set wrapped = $2 where id = $1', [b, rows[0]!.wrapped]);
  await expect(keys.find([b])).rejects.toThrow();
});

it('destroys for good: nothing is left, and no new key is made', async () => {
  const [gone, kept] = ids(2) as [string, string];
  const made = await keys.ensure([gone, kept]);
  expect(await keys.destroy([gone, gone])).toBe(1);
  expect(await keys.destroy([gone])).toBe(0);
  expect(await keys.ensure([gone, kept])).toEqual(new Map([[kept, made.get(kept)]]));
  const { rows } = await pool.query('select wrapped, destroyed_at from data_keys where id = $1', [gone]);
  expect(rows).toEqual([{ wrapped: null, destroyed_at: expect.any(Date) }]);
});

it('destroys also what never had a key', async () => {
  const [id] = ids(1) as [string];
  expect(await keys.destroy([id])).toBe(0);
  expect(await keys.ensure([id])).toEqual(new Map());
});
