import type pg from 'pg';
import type { Checkpoints } from '../followers/checkpoints.js';
import { inTransaction, poolOf } from '../database/database.js';
import type { Position } from '../log/event-store.js';
import { START } from '../log/event-store.js';
import type { Platform } from '../open-platform.js';
import type { WriteStep } from './fold-rows.js';
import { createTables, createTablesToFill } from './projection-tables.js';
import { type Projection, stepsOf } from './projection.js';
import { writeRows } from './write-rows.js';

export interface Rebuilt {
  facts: number;
  position: Position;
}

const BATCH = 1000;

/** The schema in which a projection is built beside the live one. */
export const schemaOf = (projection: Projection): string => `rebuild_${projection.id.replace(/[^a-z0-9]/g, '_')}`;

/**
 * Builds a projection anew from the log, beside the live tables, and puts it in their place once it has come as far as they
 * have: queries answer throughout, and its follower goes on from there. When it fails, the live tables stay as they are.
 * @throws Error when it is being rebuilt already, or a fact cannot be handled
 */
export async function rebuild(
  { database, log, locks, checkpoints }: Pick<Platform, 'database' | 'log' | 'locks' | 'checkpoints'>,
  projection: Projection,
  progress: (rebuilt: Rebuilt) => void = () => undefined,
): Promise<Rebuilt> {
  const lock = await locks.tryAcquire(`rebuild ${projection.id}`);
  if (!lock) throw new Error(`${projection.id} is being rebuilt by another process`);
  const pool = poolOf(database);
  const schema = schemaOf(projection);
  try {
    await createTables(database, projection);
    await checkpoints.begin(projection.id);
    await pool.query(`drop schema if exists ${schema} cascade`);
    await pool.query(`create schema ${schema}`);
    const beside = new Beside(pool, schema, await createTablesToFill(database, projection, schema));
    const stop = new AbortController();
    const done: Rebuilt = { facts: 0, position: START };
    const types = Object.keys(projection.on);
    const signal = AbortSignal.any([stop.signal, lock.lost]);
    try {
      for await (const batch of log.followPrefetched(START, { signal, types, batchSize: BATCH })) {
        const facts = batch.facts.filter((fact) => types.includes(fact.type));
        await beside.write(await stepsOf(projection, facts));
        done.facts += facts.length;
        done.position = batch.position;
        progress(done);
        if (!batch.atHead) continue;
        await beside.complete();
        if (await inTransaction(pool, (client) => swap(client, schema, projection, done.position, checkpoints)))
          stop.abort();
      }
    } finally {
      stop.abort();
      await beside.settled();
    }
    lock.lost.throwIfAborted();
    return done;
  } finally {
    await pool.query(`drop schema if exists ${schema} cascade`);
    await lock.release();
  }
}

/** The tables that are filled. One batch is being written while the next one is read, opened and folded. */
class Beside {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: pg.Pool,
    private readonly schema: string,
    private indexes: readonly string[],
  ) {}

  /** Resolves once what was said before is written. */
  async write(steps: readonly WriteStep[]): Promise<void> {
    await this.writing;
    if (steps.length === 0) return;
    if (steps.some((step) => 'removeWhere' in step)) await this.makeIndexes();
    this.writing = inTransaction(this.pool, async (client) => {
      await client.query(`set local search_path = ${this.schema}, public; set local synchronous_commit = off`);
      for (const step of steps) await writeRows(client, step);
    });
    this.writing.catch(() => undefined); // thrown where it is awaited
  }

  /** Written, and as quick to ask as the live tables are. */
  async complete(): Promise<void> {
    await this.writing;
    await this.makeIndexes();
  }

  async settled(): Promise<void> {
    await this.writing.catch(() => undefined);
  }

  private async makeIndexes(): Promise<void> {
    for (const definition of this.indexes) await this.pool.query(definition);
    this.indexes = [];
  }
}

/**
 * False while the live tables are ahead. Holding the tables and the checkpoint's row, in the order in which its follower takes
 * them, keeps it out; afterwards that finds its checkpoint moved by another, and begins again from there.
 */
async function swap(
  client: pg.ClientBase,
  schema: string,
  projection: Projection,
  position: Position,
  checkpoints: Checkpoints,
): Promise<boolean> {
  const tables = Object.values(projection.tables).map(({ name }) => `public."${name}"`);
  await client.query(`lock table ${tables.join(', ')} in access exclusive mode`);
  const live = await checkpoints.hold(client, projection.id);
  if (live > position) return false;
  for (const { name } of Object.values(projection.tables)) {
    await client.query(`drop table public."${name}"`);
    await client.query(`alter table ${schema}."${name}" set schema public`);
  }
  await checkpoints.move(client, projection.id, live, position, false);
  return true;
}
