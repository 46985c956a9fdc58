import type { Logger } from 'pino';
import { mkdir } from 'node:fs/promises';
import type { Config } from '../config.js';
import { connectDatabase, poolOf } from '../database/database.js';
import { Locks } from '../database/locks.js';
import { startPostgres } from '../embedded-postgres/postgres-server.js';
import { migrate } from '../migrations/migrate.js';
import { openStore } from '../open-platform.js';
import type { Target } from './import-log.js';

/**
 * Opens database and log for an import, with empty tables, and makes no master key: the import brings the check of its
 * own.
 */
export async function withTarget<T>(
  config: Config,
  logger: Logger,
  work: (target: Target & { locks: Locks }) => Promise<T>,
): Promise<T> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    let { databaseUrl } = config;
    if (databaseUrl === undefined) {
      const server = await startPostgres({ dataDir: config.dataDir, log: (line) => logger.info(line) });
      databaseUrl = server.url;
      closing.push(() => (server.attached ? server.detach() : server.stop()));
    }
    const database = await connectDatabase(databaseUrl);
    closing.push(() => database.destroy());
    const pool = poolOf(database);
    pool.on('error', (error) => logger.warn({ err: error.message }, 'a database connection broke'));
    const locks = new Locks(databaseUrl);
    closing.push(() => locks.close());
    await migrate(pool);
    const store = await openStore(config, databaseUrl, pool);
    closing.push(() => store.close());
    return await work({ pool, store, locks, isPostgres: config.eventstoreUrl === undefined });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
