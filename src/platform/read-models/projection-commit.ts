import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Checkpoints } from '../followers/checkpoints.js';
import { type Advance, MOVE_CHECKPOINT } from '../followers/checkpoint-table.js';
import { inTransaction } from '../database/database.js';
import { reached } from '../steps.js';
import type { WriteStep } from './fold-rows.js';
import { type BulkWrite, bulkWrites, writeRows } from './write-rows.js';

interface CommitOptions {
  /**
   * true: one round trip writes all, unless a step changes many rows; for a follower that commands wait for.
   * false: COPY writes many new rows.
   */
  atOnce: boolean;
  /** names of the tables that the steps may touch */
  tables: readonly string[];
}

/**
 * Writes rows and checkpoint in one transaction. Returns false and writes nothing if another process has advanced the
 * checkpoint. The commit does not wait for the disk: the follower computes rows again that a power cut loses. Locks
 * the tables before the checkpoint, in the order of a rebuild, so that the two cannot deadlock.
 */
export async function commitRows(
  pool: pg.Pool,
  checkpoints: Checkpoints,
  advance: Advance,
  steps: readonly WriteStep[],
  { atOnce, tables }: CommitOptions,
): Promise<boolean> {
  const writes =
    atOnce || steps.length === 0 ? steps.map((step) => ('rows' in step ? bulkWrites(step) : undefined)) : [undefined];
  if (writes.every((each) => each !== undefined)) return inOneStatement(pool, advance, writes.flat());
  class Overtaken extends Error {}
  const begin = `begin; set local synchronous_commit = off; set local statement_timeout = '10min'; lock table ${tables.map((name) => `"${name}"`).join(', ')} in row exclusive mode`;
  try {
    await inTransaction(
      pool,
      async (client) => {
        const { name, from, to, atHead } = advance;
        if (!(await checkpoints.move(client, name, from, to, atHead))) throw new Overtaken();
        for (const step of steps) await writeRows(client, step);
        reached('projection.before-commit');
      },
      begin,
    );
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

/** One round trip instead of one for each write and two for the transaction. */
async function inOneStatement(
  pool: pg.Pool,
  { name, from, to, atHead }: Advance,
  writes: readonly BulkWrite[],
): Promise<boolean> {
  const parts = writes.map(({ sql }, n) => `, write_${n} as (${sql(`$${n + 5}`, 'exists (select from moved)')})`);
  const text =
    `with moved as (${MOVE_CHECKPOINT} returning 1)${parts.join('')}` +
    ` select count(*)::int as moved, set_config('synchronous_commit', 'off', true) from moved`;
  if (writes.length > 0) reached('projection.before-commit');
  const { rows } = await pool.query<{ moved: number }>({
    name: nameOf(text),
    text,
    values: [name, from, to, atHead, ...writes.map(({ json }) => json)],
  });
  return rows[0]!.moved === 1;
}

const nameOf = (text: string): string => `rows_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
