import type pg from 'pg';
import type { Checkpoints } from './checkpoints.js';
import { inTransaction, poolOf } from './database.js';
import type { Position } from './event-store.js';
import { START } from './event-store.js';
import type { Platform } from './open-platform.js';
import { createTables, project, type Projection } from './projection.js';

export interface Rebuilt {
  facts: number;
  position: Position;
}

const BATCH = 2000;

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
    await createTables(database, projection, schema);
    const stop = new AbortController();
    const done: Rebuilt = { facts: 0, position: START };
    const types = Object.keys(projection.on);
    for await (const batch of log.follow(START, { signal: AbortSignal.any([stop.signal, lock.lost]), types, batchSize: BATCH })) {
      const facts = batch.facts.filter((fact) => types.includes(fact.type));
      if (facts.length > 0) await inTransaction(pool, (client) => buildBeside(client, schema, projection, facts));
      done.facts += facts.length;
      done.position = batch.position;
      progress(done);
      if (batch.atHead && (await inTransaction(pool, (client) => swap(client, schema, projection, done.position, checkpoints))))
        stop.abort();
    }
    lock.lost.throwIfAborted();
    return done;
  } finally {
    await pool.query(`drop schema if exists ${schema} cascade`);
    await lock.release();
  }
}

async function buildBeside(
  client: pg.ClientBase,
  schema: string,
  projection: Projection,
  facts: Parameters<typeof project>[2],
): Promise<void> {
  await client.query(`set local search_path = ${schema}, public`);
  await client.query('set local synchronous_commit = off');
  await project(client, projection, facts);
}

/**
 * False while the live tables are ahead. Holding the checkpoint's row keeps its follower out; afterwards that finds its
 * checkpoint moved by another, and begins again from there.
 */
async function swap(
  client: pg.ClientBase,
  schema: string,
  projection: Projection,
  position: Position,
  checkpoints: Checkpoints,
): Promise<boolean> {
  const live = await checkpoints.hold(client, projection.id);
  if (live > position) return false;
  for (const { name } of Object.values(projection.tables)) {
    await client.query(`drop table public."${name}"`);
    await client.query(`alter table ${schema}."${name}" set schema public`);
  }
  await checkpoints.move(client, projection.id, live, position, false);
  return true;
}
