import pg from 'pg';
import { emptyDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { until } from '../../../test/letters.js';
import { RELEASE } from '../release.js';
import { migrate } from './migrate.js';
import type { Migration } from './migrations.js';

const one: Migration = { name: 'one', sql: 'create table one (n integer); insert into one values (1)' };
const two: Migration = { name: 'two', sql: 'alter table one add column at timestamptz; update one set n = n + 1' };
/** Waits while the test holds this lock. */
const LOCK = 5;
const slow: Migration = { name: 'slow', sql: `select pg_advisory_xact_lock(${LOCK}); update one set n = n + 10` };

let database: TestDatabase;
let pool: pg.Pool;
let other: pg.Pool;

beforeEach(async () => {
  database = await emptyDatabase();
  [pool, other] = [1, 2].map(() => newPool(database.url)) as [pg.Pool, pg.Pool];
  for (const each of [pool, other]) each.on('error', () => undefined);
});
afterEach(async () => {
  await Promise.all([pool.end(), other.end()]);
  await database.drop();
});

const rowsOf = async (sql: string): Promise<object[]> => (await pool.query<object>(sql)).rows;
const applied = (): Promise<object[]> => rowsOf('select number, name, release from applied_migrations order by number');
const waiting = async (): Promise<number> =>
  (
    await rowsOf(
      `select from pg_locks join pg_database on pg_database.oid = database
       where locktype = 'advisory' and not granted and datname = current_database()`,
    )
  ).length;

it('applies each migration once, in order, also after further ones are added', async () => {
  await migrate(pool, [one]);
  await migrate(pool, [one, two]);
  await migrate(pool, [one, two]);
  expect(await applied()).toEqual([
    { number: 1, name: 'one', release: RELEASE },
    { number: 2, name: 'two', release: RELEASE },
  ]);
  expect(await rowsOf('select n from one')).toEqual([{ n: 2 }]);
});

it('costs one query without missing migrations', async () => {
  await migrate(pool, [one, two]);
  const queries = jest.spyOn(pg.Client.prototype, 'query');
  await migrate(pool, [one, two]);
  expect(queries).toHaveBeenCalledTimes(1);
  queries.mockRestore();
});

it('lets one of two processes migrate while the other waits', async () => {
  const holder = await pool.connect();
  await holder.query('select pg_advisory_lock($1)', [LOCK]);
  const both = Promise.all([pool, other].map((each) => migrate(each, [one, slow, two])));
  await until(async () => (await waiting()) === 2);
  await holder.query('select pg_advisory_unlock($1)', [LOCK]);
  holder.release();
  await both;
  expect((await applied()).length).toBe(3);
  expect(await rowsOf('select n from one')).toEqual([{ n: 12 }]);
});

it('goes on with the migration during which its connection broke', async () => {
  const holder = await pool.connect();
  await holder.query('select pg_advisory_lock($1)', [LOCK]);
  const broken = migrate(other, [one, slow, two]).catch((error: Error) => error);
  await until(async () => (await waiting()) === 1);
  await pool.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted`);
  expect(await broken).toMatchObject({ message: expect.stringContaining('migration 2 (slow) failed') });
  expect((await applied()).length).toBe(1);
  await holder.query('select pg_advisory_unlock($1)', [LOCK]);
  holder.release();
  await migrate(other, [one, slow, two]);
  expect(await rowsOf('select n from one')).toEqual([{ n: 12 }]);
});

it('leaves the database as it was before a migration that fails, and tells it in one line', async () => {
  const bad: Migration = { name: 'bad', sql: 'update one set n = 7; alter table one add column n integer' };
  await expect(migrate(pool, [one, bad, two])).rejects.toThrow(
    /^migration 2 \(bad\) failed, and the database is as it was before it: column "n" of .*\. Remove the cause, then start again\.$/,
  );
  expect(await applied()).toEqual([{ number: 1, name: 'one', release: RELEASE }]);
  expect(await rowsOf('select * from one')).toEqual([{ n: 1 }]);
});

it('refuses a migration of a newer release, or another one with that number, and changes nothing', async () => {
  await migrate(pool, [one, two]);
  await pool.query(`update applied_migrations set release = '9.1.0' where number = 2`);
  const refusal = `release 9.1.0 changed this database, and this release (${RELEASE}) does not know the change: migration 2 (two). Start that release or a newer one, or restore a backup from before.`;
  await expect(migrate(pool, [one])).rejects.toThrow(refusal);
  await expect(migrate(pool, [one, slow, two])).rejects.toThrow(refusal);
  expect((await applied()).length).toBe(2);
});
