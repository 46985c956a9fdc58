import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { reached } from '../steps.js';
import type { PackFolder } from './pack-folder.js';

/**
 * A text that database and folder share, new with each sweep. If their texts differ, the database or the folder was
 * restored or replaced: packs of this folder may have their rows in another database.
 */
export class SweepMark {
  constructor(
    private readonly pool: pg.Pool,
    private readonly folder: PackFolder,
  ) {}

  /** Sets a new mark. @returns `sinceMs`: database and folder have shared each mark since then (Unix time) */
  async renew(): Promise<{ sinceMs: number; broken: boolean }> {
    const { rows } = await this.pool.query<{ mark: string }>('select mark from pack_sweeps');
    const before = rows[0]?.mark;
    const inFolder = await this.folder.mark();
    const together = before !== undefined && before === inFolder;
    const mark = randomUUID();
    await this.folder.setMark(mark);
    reached('sweep.marked');
    const { rows: renewed } = await this.pool.query<{ since: Date }>(
      `insert into pack_sweeps (mark, since) values ($1, now())
       on conflict (single) do update set mark = $1, since = case when $2 then pack_sweeps.since else now() end
       returning since`,
      [mark, together],
    );
    return { sinceMs: renewed[0]!.since.getTime(), broken: before !== inFolder };
  }

  /** Whether the last whole sweep ended longer than `ms` ago, or in the future: the clock was set back. */
  async isDue(ms: number): Promise<boolean> {
    const { rows } = await this.pool.query(
      `select from pack_sweeps where ended_at between now() - $1::float8 * interval '1 millisecond' and now()`,
      [ms],
    );
    return rows.length === 0;
  }

  async ended(): Promise<void> {
    await this.pool.query('update pack_sweeps set ended_at = now()');
  }
}
