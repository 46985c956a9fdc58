import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Checkpoints } from '../followers/checkpoints.js';
import { MOVE_CHECKPOINT } from '../followers/checkpoint-table.js';
import { inTransaction } from '../database/database.js';
import type { Position } from '../log/event-store.js';
import { reached } from '../steps.js';
import type { WriteStep } from './fold-rows.js';
import { type BulkWrite, bulkWrites, writeRows } from './write-rows.js';

export interface Move {
  name: string;
  from: Position;
  to: Position;
  atHead: boolean;
}

interface How {
  /** in one round trip where no step is by a condition: for who is waited for. Copying many rows takes several */
  atOnce: boolean;
  /** names of the tables that the steps may touch */
  tables: readonly string[];
}

/**
 * Rows and checkpoint in one transaction; false, and nothing is written, when another has moved the checkpoint. The commit is not
 * awaited on disk, since what a power cut takes is made again. Tables are locked before the checkpoint, as a rebuild does.
 */
export async function commitRows(
  pool: pg.Pool,
  checkpoints: Checkpoints,
  move: Move,
  steps: readonly WriteStep[],
  { atOnce, tables }: How,
): Promise<boolean> {
  const writes =
    atOnce || steps.length === 0 ? steps.map((step) => ('rows' in step ? bulkWrites(step) : undefined)) : [undefined];
  if (writes.every((each) => each !== undefined)) return inOneStatement(pool, move, writes.flat());
  class Taken extends Error {}
  const begin = `begin; set local synchronous_commit = off; lock table ${tables.map((name) => `"${name}"`).join(', ')} in row exclusive mode`;
  try {
    await inTransaction(
      pool,
      async (client) => {
        if (!(await checkpoints.move(client, move.name, move.from, move.to, move.atHead))) throw new Taken();
        for (const step of steps) await writeRows(client, step);
        reached('projection.before-commit');
      },
      begin,
    );
    return true;
  } catch (error) {
    if (error instanceof Taken) return false;
    throw error;
  }
}

/** One round trip instead of one for each write, and two more for the transaction. */
async function inOneStatement(
  pool: pg.Pool,
  { name, from, to, atHead }: Move,
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
