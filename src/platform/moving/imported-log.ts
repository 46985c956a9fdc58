import type pg from 'pg';
import { Refused } from '../domain.js';
import { type Position, START } from '../log/event-store.js';

/** The row of a database that an import has filled, or was filling. */
export interface ImportRow {
  export: string;
  oldHead: Position | null;
  newHead: Position | null;
  finishedAt: Date | null;
}

export async function importOf(pool: Pick<pg.Pool, 'query'>): Promise<ImportRow | undefined> {
  const { rows } = await pool.query<ImportRow>(
    `select export, old_head as "oldHead", new_head as "newHead", finished_at as "finishedAt" from imported_log`,
  );
  return rows[0];
}

/** Knows positions of the log from which this log was imported, if that log had other positions. */
export class ImportedLog {
  constructor(
    private readonly row: Pick<ImportRow, 'oldHead' | 'newHead'> | undefined,
    private readonly head: () => Promise<Position>,
  ) {}

  /**
   * True for a position that a client got from the log before the import. This log answers positions from the last
   * imported fact on only, so that each of these is its own.
   */
  async isOld(position: Position): Promise<boolean> {
    const { oldHead, newHead } = this.row ?? {};
    if (!oldHead || !newHead || oldHead === newHead || position === START || position > oldHead) return false;
    return position < newHead || position > (await this.head());
  }

  /** @throws Refused 410 for a position from before the import */
  async verify(position: Position): Promise<void> {
    if (await this.isOld(position))
      throw new Refused(
        'position-of-another-log',
        'gone',
        `The log was moved, and position ${position} belongs to the log before. Read the resource again from its beginning.`,
      );
  }
}
