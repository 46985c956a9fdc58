import pg from 'pg';
import { PostgresLog } from '../src/platform/postgres-log.js';
import { freshDatabase } from './database.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('PostgresLog', async () => {
  const database = await freshDatabase();
  const pools: pg.Pool[] = [];
  const open = (): Promise<PostgresLog> => {
    const pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => undefined); // an idle connection was terminated: the pool makes another
    pools.push(pool);
    return PostgresLog.open(database.url, pool);
  };
  return {
    store: await open(),
    another: open,
    restart: async () => {
      for (let time = 0; time < 2; time++) await terminateOthers(database.url);
    },
    stop: async () => {
      for (const pool of pools) await pool.end();
      await database.drop();
    },
  };
});

/** What clients see of a restart, without ending the server that other suites use. */
async function terminateOthers(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const others = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await client.query(`select pg_terminate_backend(pid, 5000) ${others}`).finally(() => client.end());
}
