import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { emptyDatabase, freshDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { RELEASE } from '../release.js';
import { checksumOf, migrate } from './migrate.js';
import { MIGRATIONS } from './migrations.js';

/** Checksums of all migrations. Add a line for a new one; a released one never changes. */
const CHECKSUMS = [
  '30eb4821f8d87df2535d5bf1cf15b232aeb4003c037e027d343ffebdc4de8cf0',
  '0c93810924c9d80fdc3eb5e0854e3e3cddfe36de636987b688b7f213fb92d5f5',
  '49555b21426315f7a6978fabb653208a5be5479f85de65a402a812be6b6f2a61',
  '3a1479f40fe8242bbaaaac83e3d00d820e75f228c8ebb35c69bd6814a750d3b3',
  '70d91b8648e6747dbd8903324a48bf8a8fbce8a9ae4940844ae3a6397af11a68',
  'cbe7ed724570f71e11dd8fa59208e53fc883de5d53aceefda53ce96a941e71d9',
  '9f91e9e5c63e3fbc1b500fceb06467c45acea7a47212b87417293b1702299b80',
  'd136cd4e623037f00066a40fc1ce0ead622fca373cb917768dc89de485f278af',
  '12c3c93f105edfca523c5276dbe9140d157cd05e4439025e28f1afffc24c8b66',
  'e0567afe4aa5f54a0607539636e943f829f61477b4d6dc7c8a765952ed29cda6',
];

it('no migration on the list has changed', () => {
  expect(MIGRATIONS.map(checksumOf)).toEqual(CHECKSUMS);
});

it('each migration is a file with its number and name', () => {
  const files = readdirSync('src/platform/migrations').filter((file) => /^\d/.test(file));
  const names = MIGRATIONS.map(({ name }, n) => `${String(n + 1).padStart(3, '0')}-${name}.sql.ts`);
  expect(files.sort()).toEqual(names);
});

it('the release is that of package.json', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: RELEASE });
});

describe('a database of a release before migrations', () => {
  let fresh: TestDatabase;
  let old: TestDatabase;
  let now: pg.Pool;
  let pool: pg.Pool;

  beforeEach(async () => {
    [fresh, old] = [await freshDatabase(), await emptyDatabase()];
    [now, pool] = [fresh, old].map(({ url }) => newPool(url)) as [pg.Pool, pg.Pool];
    await pool.query(readFileSync('test/examples/tables-of-d387647.sql', 'utf8'));
  });
  afterEach(async () => {
    await Promise.all([now.end(), pool.end()]);
    await Promise.all([fresh.drop(), old.drop()]);
  });

  it.each([
    { before: 'commit d387647', without: '' },
    {
      before: 'an earlier release, with fewer columns',
      without: `alter table vault drop column unsettled;
        alter table sessions drop column as_of, drop column by_provider; drop table token_hashes`,
    },
  ])('of $before keeps its rows and gets the tables of this release', async ({ without }) => {
    await pool.query(without);
    const tables = await tablesOf(pool);
    const before = await rowsOf(pool, tables);
    expect(before.map(({ rows }) => rows.length > 0)).toEqual(tables.map(() => true));

    await migrate(pool);

    const after = await rowsOf(pool, tables);
    for (const [n, { name, rows }] of before.entries())
      expect({ name, rows: after[n]!.rows }).toMatchObject({ name, rows });
    expect(await shapeOf(pool)).toEqual(await shapeOf(now, await tablesOf(pool)));
  });
});

it('network addresses of failed sign-ins, which earlier releases stored in clear, are deleted', async () => {
  const database = await emptyDatabase();
  const pool = newPool(database.url);
  await pool.query('create table login_failures (key text primary key, points integer, expire bigint)');
  await pool.query(`insert into login_failures values ('rlflx:key 203.0.113.9', 3, 1)`);
  await migrate(pool);
  expect((await pool.query('select from login_failures')).rowCount).toBe(0);
  await pool.end();
  await database.drop();
});

async function tablesOf(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  return rows.map(({ name }) => name);
}

const rowsOf = (pool: pg.Pool, tables: readonly string[]): Promise<{ name: string; rows: object[] }[]> =>
  Promise.all(tables.map(async (name) => ({ name, rows: (await pool.query<object>(`select * from ${name}`)).rows })));

/** Columns, indexes and constraints; all tables, or those named. */
async function shapeOf(pool: pg.Pool, tables?: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ part: string }>(
    `with tables as (select oid, relname from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r' and ($1::text[] is null or relname = any($1)))
     select concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), collname, attnotnull, pg_get_expr(adbin, adrelid)) as part
     from tables join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
       left join pg_collation on pg_collation.oid = attcollation
       left join pg_attrdef on adrelid = attrelid and adnum = attnum
     union all select pg_get_indexdef(indexrelid) from tables join pg_index on indrelid = tables.oid
     union all select concat_ws(' ', relname, pg_get_constraintdef(pg_constraint.oid)) from tables join pg_constraint on conrelid = tables.oid
     union all select pg_get_functiondef(oid) from pg_proc where proname = 'append_facts'
     order by 1`,
    [tables ?? null],
  );
  return rows.map(({ part }) => part);
}
