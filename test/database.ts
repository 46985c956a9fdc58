import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const INSUFFICIENT_PRIVILEGE = '42501';

export interface TestDatabase {
  url: string;
  /** Also closes connections that are still open. */
  drop(): Promise<void>;
}

/** Name of the database of a URL. */
export const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

/**
 * A database per suite, with the service's tables and without rows, on the server of TEST_DATABASE_URL. The role of
 * that URL needs CREATEDB.
 * @throws Error when that URL is missing, or its database name lacks `test`: real databases are never touched
 */
export const freshDatabase = (): Promise<TestDatabase> => createDatabase(process.env.TEST_TEMPLATE_DATABASE);

/** Like `freshDatabase`, but without tables. */
export const emptyDatabase = (): Promise<TestDatabase> => createDatabase();

/** A copy of a database without connections, as of this moment: stands for a backup. */
export const copyOfDatabase = (url: string): Promise<TestDatabase> => createDatabase(nameOf(url));

/** A pool on such a database. `drop` may end a connection before the closed pool has closed it: that is no error. */
export function newPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', () => undefined);
  return pool;
}

async function createDatabase(template?: string): Promise<TestDatabase> {
  const base = process.env.TEST_DATABASE_URL;
  if (!base) throw new Error('TEST_DATABASE_URL is missing: test/setup/start-servers.ts sets it when jest starts');
  const url = new URL(base);
  const named = nameOf(base);
  if (!named.includes('test'))
    throw new Error(`TEST_DATABASE_URL names the database "${named}": tests need a name that contains "test"`);

  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(
    base,
    `create database ${name}${template === undefined ? '' : ` template ${template} strategy file_copy`}`,
  );
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => (process.env.TEST_SERVER_IS_THROWAWAY ? leave(base, name) : drop(base, name)) };
}

/**
 * Closes connections that are still open; autovacuum ends by itself, and only a superuser may end it. The files stay
 * until the server is removed: after many files were deleted, ext4 takes long to create as many for the next database.
 */
const leave = (base: string, name: string): Promise<void> =>
  execute(
    base,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and usename = current_user`,
  );

/** Waits for PostgreSQL's autovacuum in that database: only a superuser may end it, and it soon ends by itself. */
async function drop(base: string, name: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await execute(base, `drop database if exists ${name} with (force)`);
    } catch (error) {
      if ((error as pg.DatabaseError).code !== INSUFFICIENT_PRIVILEGE || Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
