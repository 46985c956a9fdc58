import type pg from 'pg';
import type { Checkpoints } from '../followers/checkpoints.js';
import { inTransaction, poolOf } from '../database/database.js';
import { Backoff } from '../log/backoff.js';
import type { Position } from '../log/event-store.js';
import { START } from '../log/event-store.js';
import type { Platform } from '../open-platform.js';
import type { WriteStep } from './fold-rows.js';
import { createTablesToFill } from './projection-tables.js';
import { type Projection, stepsOf } from './projection.js';
import { writeRows } from './write-rows.js';

interface Rebuilt {
  facts: number;
  position: Position;
}

const BATCH = 1000;
/** Limit of a statement that builds an index. */
const LONG = '6h';
/**
 * Limit of a wait for the live tables. Queries that lock several of them wait behind the swap and can deadlock with it;
 * PostgreSQL ends one of the two after 1 s (`deadlock_timeout`). The swap gives up before that.
 */
const LOCK_WAIT = '400ms';
/** SQLSTATEs of PostgreSQL, appendix A. */
const QUERY_CANCELED = '57014';
const DEADLOCK_DETECTED = '40P01';
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** Schema of the tables that are built beside the live ones. */
export const schemaOf = (projection: Pick<Projection, 'id'>): string =>
  `rebuild_${projection.id.replace(/[^a-z0-9]/g, '_')}`;

/** Another process builds the same tables. Followers try again later. */
export class RebuildInProgress extends Error {
  readonly kind = 'unavailable';
}

/**
 * Builds the tables of a projection from the log, beside the live ones, and swaps them once the new tables have caught
 * up. Queries work all the time; the follower continues from the new checkpoint. After a failure, or when `signal`
 * aborts, the live tables are unchanged.
 * @throws RebuildInProgress; Error if a fact cannot be handled
 */
export async function rebuild(
  { database, log, locks, checkpoints }: Pick<Platform, 'database' | 'log' | 'locks' | 'checkpoints'>,
  projection: Projection,
  progress: (rebuilt: Rebuilt) => void = () => undefined,
  stopping: AbortSignal = new AbortController().signal,
): Promise<Rebuilt> {
  const lock = await locks.tryAcquire(`rebuild ${projection.id}`);
  if (!lock)
    throw new RebuildInProgress(`${projection.id} is being built by another process. Wait until that process ends.`);
  const pool = poolOf(database);
  const schema = schemaOf(projection);
  try {
    await checkpoints.begin(projection.id);
    await pool.query(`drop schema if exists ${schema} cascade`);
    await pool.query(`create schema ${schema}`);
    const newTables = new NewTables(pool, schema, await createTablesToFill(database, projection, schema));
    const stop = new AbortController();
    const done: Rebuilt = { facts: 0, position: START };
    const types = Object.keys(projection.on);
    const signal = AbortSignal.any([stop.signal, lock.lost, stopping]);
    try {
      for await (const batch of log.followPrefetched(START, { signal, types, batchSize: BATCH })) {
        const facts = batch.facts.filter((fact) => types.includes(fact.type));
        await newTables.write(await stepsOf(projection, facts));
        done.facts += facts.length;
        done.position = batch.position;
        progress(done);
        if (!batch.atHead) continue;
        await newTables.complete();
        const swapped = await onceUnused(signal, () =>
          inTransaction(pool, (client) =>
            swap(client, schema, projection, done.position, checkpoints, () => log.store.head()),
          ),
        );
        if (swapped) stop.abort();
      }
    } finally {
      stop.abort();
      await newTables.settled();
    }
    lock.lost.throwIfAborted();
    stopping.throwIfAborted();
    return done;
  } finally {
    await pool.query(`drop schema if exists ${schema} cascade`);
    await lock.release();
  }
}

/**
 * Drops tables that killed rebuilds left. False while a rebuild is in progress: its tables may hold text that was
 * erased after the rebuild had read it.
 */
export async function withoutRebuilds(
  pool: pg.Pool,
  locks: Platform['locks'],
  projections: Iterable<Pick<Projection, 'id'>>,
): Promise<boolean> {
  const { rows } = await pool.query<{ schema: string }>(
    String.raw`select nspname as schema from pg_namespace where nspname like 'rebuild\_%'`,
  );
  const left = new Set(rows.map(({ schema }) => schema));
  for (const projection of projections) {
    if (!left.has(schemaOf(projection))) continue;
    const lock = await locks.tryAcquire(`rebuild ${projection.id}`);
    if (!lock) return false;
    await pool.query(`drop schema if exists ${schemaOf(projection)} cascade`);
    await lock.release();
  }
  return true;
}

/** Tables to fill. One batch is being written while the next one is read, opened and folded. */
class NewTables {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: pg.Pool,
    private readonly schema: string,
    private indexes: readonly string[],
  ) {}

  /** Resolves once the batch before is written. */
  async write(steps: readonly WriteStep[]): Promise<void> {
    await this.writing;
    if (steps.length === 0) return;
    if (steps.some((step) => 'where' in step)) await this.makeIndexes();
    this.writing = inTransaction(this.pool, async (client) => {
      await client.query(
        `set local search_path = ${this.schema}, public; set local synchronous_commit = off; set local statement_timeout = '${LONG}'`,
      );
      for (const step of steps) await writeRows(client, step);
    });
    this.writing.catch(() => undefined); // the next `await` throws it
  }

  /** Resolves once all batches are written and all indexes exist. */
  async complete(): Promise<void> {
    await this.writing;
    await this.makeIndexes();
  }

  async settled(): Promise<void> {
    await this.writing.catch(() => undefined);
  }

  private async makeIndexes(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`set local statement_timeout = '${LONG}'`);
      for (const definition of this.indexes) await client.query(definition);
    });
    this.indexes = [];
  }
}

/** Repeats `work` with growing pauses while other transactions use the tables that it needs. */
async function onceUnused<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== QUERY_CANCELED && code !== DEADLOCK_DETECTED) throw error;
    }
    await backoff.pause(signal);
    signal.throwIfAborted();
  }
}

/**
 * False while the live tables are ahead, unless they are past the end of the log (a restored backup). Locks the tables
 * and the row of the checkpoint, in the order of the follower, so that the follower waits. Afterwards the follower
 * finds its checkpoint advanced and starts again from there. While an upgrade builds its first tables, there are none
 * yet, or views of an older version.
 */
async function swap(
  client: pg.ClientBase,
  schema: string,
  projection: Projection,
  position: Position,
  checkpoints: Checkpoints,
  head: () => Promise<Position>,
): Promise<boolean> {
  const names = Object.values(projection.tables).map(({ name }) => name);
  const { rows: present } = await client.query<{ name: string; kind: string }>(
    `select relname as name, case relkind when 'v' then 'view' else 'table' end as kind from pg_class
     where relnamespace = 'public'::regnamespace and relname = any($1) and relkind in ('r', 'v')`,
    [names],
  );
  await client.query(`set local statement_timeout = '${LOCK_WAIT}'`);
  if (present.length > 0)
    await client.query(
      `lock table ${present.map(({ name }) => `public."${name}"`).join(', ')} in access exclusive mode`,
    );
  const live = await checkpoints.hold(client, projection.id);
  await client.query(`set local statement_timeout = '${LONG}'`);
  if (live > position && live <= (await head())) return false;
  for (const { name, kind } of present) await client.query(`drop ${kind} public."${name}"`);
  for (const name of names) await client.query(`alter table ${schema}."${name}" set schema public`);
  await checkpoints.move(client, projection.id, live, position, false);
  await checkpoints.endBuilding(client, projection.id);
  return true;
}
