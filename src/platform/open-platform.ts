import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { Credentials } from './auth/credentials.js';
import { LastUse } from './auth/last-use.js';
import { Blobs } from './blobs/blobs.js';
import { Checkpoints } from './followers/checkpoints.js';
import { Heartbeats } from './followers/heartbeats.js';
import { Leases } from './followers/leases.js';
import type { Config } from './config.js';
import { DataKeys } from './secrets/data-keys.js';
import { connectDatabase, poolOf } from './database/database.js';
import { Decide } from './commands/decide.js';
import type { FactShape } from './domain.js';
import { type EventStore, LogProblem, START } from './log/event-store.js';
import { FactLog } from './log/fact-log.js';
import { ImportedLog, importOf } from './moving/imported-log.js';
import { Locks } from './database/locks.js';
import { migrate } from './migrations/migrate.js';
import { loadMasterKey, MasterKey } from './secrets/master-key.js';
import { PostgresLog } from './log/postgres-log.js';
import { keepOwning, ownDataDir } from './embedded-postgres/data-dir-owner.js';
import { type PostgresServer, startPostgres } from './embedded-postgres/postgres-server.js';
import type { Projection } from './read-models/projection.js';
import { Vault } from './secrets/vault.js';

/** Parts of the platform, opened once per process. */
export interface Platform {
  config: Config;
  logger: Logger;
  databaseUrl: string;
  database: DataSource;
  store: EventStore;
  log: FactLog;
  decide: Decide;
  locks: Locks;
  checkpoints: Checkpoints;
  leases: Leases;
  heartbeats: Heartbeats;
  master: MasterKey;
  keys: DataKeys;
  vault: Vault;
  blobs: Blobs;
  credentials: Credentials;
  lastUse: LastUse;
  importedLog: ImportedLog;
  /** all of this release */
  projections: readonly Projection[];
  /** resolves if this process cannot work any more: it should end, so that it is started again */
  beyondRecovery: Promise<CannotStart>;
  close(): Promise<void>;
}

/** A problem that only a person can solve. Its message is one line: the problem, then the remedy. */
export class CannotStart extends Error {}

/** A `service` owns its data folder alone; a `tool` shares the PostgreSQL of a running service. */
type Purpose = 'service' | 'tool';

/**
 * Opens database, log and all other parts; applies missing migrations.
 * @throws CannotStart, DatabaseProblem, MasterKeyProblem, CheckpointProblem, LogProblem or PostgresDidNotStart; Error
 * if the database does not answer
 */
export async function openPlatform(
  config: Config,
  logger: Logger,
  shapes: Readonly<Record<string, FactShape<object>>>,
  projections: readonly Projection[],
  purpose: Purpose = 'service',
): Promise<Platform> {
  const closing: (() => Promise<unknown>)[] = [];
  let end: (reason: CannotStart) => void = () => undefined;
  const beyondRecovery = new Promise<CannotStart>((resolve) => (end = resolve));
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse())
      await step().catch((error: unknown) => logger.warn({ err: error }, 'a part of the platform did not close'));
  };
  try {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    let databaseUrl = config.databaseUrl;
    let embedded: PostgresServer | undefined;
    if (databaseUrl === undefined) {
      const server = await startPostgres({ dataDir: config.dataDir, log: (line) => logger.info(line) });
      databaseUrl = server.url;
      embedded = server;
      closing.push(async () => {
        if (purpose === 'service' ? ours : !server.attached) await server.stop();
        else await server.detach();
      });
    }
    let ours = false;
    const entities = projections.flatMap((projection) => Object.values(projection.tables).map((table) => table.entity));
    const database = await connectDatabase(databaseUrl, entities);
    closing.push(() => database.destroy());
    const locks = new Locks(databaseUrl);
    closing.push(() => locks.close());
    if (embedded && purpose === 'service') {
      const lock = await ownDataDir(locks);
      if (!lock) throw new CannotStart(isOwned(config.dataDir));
      ours = true;
      const closed = new AbortController();
      closing.push(() => Promise.resolve(closed.abort()));
      void keepOwning(locks, lock, closed.signal).then(() => {
        if (!closed.signal.aborted) end(new CannotStart(isOwned(config.dataDir)));
      });
    }
    const pool = poolOf(database);
    pool.on('error', (error) => logger.warn({ err: error.message }, 'a database connection broke'));
    await migrate(pool);
    const imported = await importOf(pool);
    if (purpose === 'service' && imported?.finishedAt === null)
      throw new CannotStart('an import into this database is not finished. Run npm run import again, with its folder.');
    const master = await loadMasterKey(pool, config.dataDir, config.masterKey);
    const store = await openStore(config, databaseUrl, pool);
    closing.push(() => store.close());
    const logId = await store.identity();
    const checkpoints = new Checkpoints(pool, logId);
    const heartbeats = new Heartbeats(pool, logId);
    closing.push(() => heartbeats.stop());
    await heartbeats.start();
    if (purpose === 'service')
      embedded?.keepRunning({
        silentMs: () => heartbeats.unansweredMs(),
        log: (line) => logger.warn(line),
        gaveUp: (reason) => end(new CannotStart(reason)),
      });
    const keys = new DataKeys(pool, master);
    const head = await store.head();
    if (purpose === 'service') await checkpoints.verify(head);
    if (head > START && !(await keys.exist()))
      throw new LogProblem(
        `the log has facts, and the database has no key to read them: they do not belong together. Set ${
          config.databaseUrl === undefined ? 'DATA_DIR' : 'DATABASE_URL'
        } to the database of this log, or EVENTSTORE_URL to an empty log.`,
      );
    const log = new FactLog(store, keys, shapes);
    return {
      config,
      logger,
      databaseUrl,
      database,
      store,
      log,
      decide: new Decide(log),
      locks,
      checkpoints,
      leases: new Leases(pool, locks),
      heartbeats,
      master,
      keys,
      vault: new Vault(pool, master, locks),
      blobs: await Blobs.open(join(config.dataDir, 'blobs'), pool),
      credentials: new Credentials(pool),
      lastUse: new LastUse(pool),
      importedLog: new ImportedLog(imported, () => store.head()),
      projections,
      beyondRecovery,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws LogProblem if EventStoreDB does not answer */
export const openStore = (config: Config, databaseUrl: string, pool: pg.Pool): Promise<EventStore> =>
  config.eventstoreUrl === undefined ? PostgresLog.open(databaseUrl, pool) : connectEventStoreDb(config.eventstoreUrl);

/** Loads the client on demand: it takes 33 MB, and a tenth of a second of every start. */
async function connectEventStoreDb(url: string): Promise<EventStore> {
  const { EventStoreDb } = await import('./log/eventstoredb.js');
  return EventStoreDb.open(url);
}

const isOwned = (dataDir: string): string =>
  `another Mailroom is running on ${dataDir}. Stop that process, or set another DATA_DIR.`;
