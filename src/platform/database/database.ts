import type { EntitySchema } from 'typeorm';
import { DataSource } from 'typeorm';
import type pg from 'pg';
import { Connection } from './connection.js';

/** Maximum wait for a connection of the pool. */
const POOL_WAIT_MS = 8000;

/** The database cannot be used; the message is one line for the operator. */
export class DatabaseProblem extends Error {}

/**
 * Opens the pool that the read-model queries of TypeORM and all other statements share.
 * @throws DatabaseProblem if the database does not answer or is older than PostgreSQL 15
 */
export async function connectDatabase(url: string, entities: EntitySchema[] = [], poolSize = 12): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url,
    entities,
    synchronize: false,
    logging: false,
    applicationName: 'mailroom',
    extra: { max: poolSize, connectionTimeoutMillis: POOL_WAIT_MS, Client: Connection },
  });
  try {
    await source.initialize();
  } catch (error) {
    throw new DatabaseProblem(`the database does not answer, check DATABASE_URL: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const [{ v }] = (await source.query(`select current_setting('server_version_num')::int as v`)) as [{ v: number }];
  if (v < 150000)
    throw new DatabaseProblem(
      `PostgreSQL 15 or newer is needed, this server has ${v}: upgrade it, or change DATABASE_URL`,
    );
  return source;
}

export const poolOf = (source: DataSource): pg.Pool => (source.driver as unknown as { master: pg.Pool }).master;

/** Runs `work` in one transaction on one connection of the pool, and rolls back if it throws. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  begin = 'begin',
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  const breaks = (): void => void (broken = true);
  client.on('error', breaks);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => (broken = true));
    throw error;
  } finally {
    client.off('error', breaks);
    client.release(broken);
  }
}

/** Whether PostgreSQL or the network failed, not the statement: a retry may succeed. */
export function isOutage(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && /^(08|57014|57P|53|58030|40001|40P01|25006|25P03)/.test(code)) return true;
  if (code !== undefined && /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/.test(code)) return true;
  return /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Client was closed/.test(
    message ?? '',
  );
}
