import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Position } from '../log/event-store.js';
import {
  beatInstanceFile,
  createInstanceFile,
  type FileIdentity,
  type InstanceFile,
  readInstanceFile,
} from './instance-file.js';

/** Signs that the data folder or the database is a copy, or was set back to an earlier state. */
export type Displacement = 'folder-copied' | 'folder-restored' | 'database-restored';

export const BEAT_MS = 10_000;
/** A minute of beats: several processes on one folder, or a crash between file and row, explain fewer. */
const MOST_BEATS_APART = 6;
/** Mail that was queued before such a silence may have left in a life that nothing here remembers. */
const SILENCE = "interval '10 minutes'";
/** Containers without a volume leave a row at every start. */
const FORGOTTEN_AFTER = "interval '1 year'";

interface InstanceRow extends FileIdentity {
  beat: number;
}

/**
 * The sign of one data folder: a file in it and a row in the database, which beat together. If one of both is older
 * than the other, or the file is a copy, somebody restored or copied a part. Beats are numbers: no clock is compared.
 */
export class Instance {
  constructor(
    private readonly dataDir: string,
    private readonly pool: pg.Pool,
  ) {}

  /** Null: this is the folder that the row describes, or a new one. */
  async displacement(): Promise<Displacement | null> {
    const file = await readInstanceFile(this.dataDir);
    if (file === null) return null;
    return file === 'damaged' ? 'folder-restored' : displacementOf(file, await this.row(file.id));
  }

  /** Gives the folder a new sign. */
  async join(): Promise<void> {
    const id = randomUUID();
    const { inode, born, device } = await createInstanceFile(this.dataDir, id);
    await this.pool.query(
      'insert into instances (id, inode, born, device, beat, beat_at) values ($1, $2, $3, $4, 0, now())',
      [id, inode, born, device],
    );
  }

  /** Writes the file first: while the database does not answer, both stay one beat apart. */
  async beat(): Promise<void> {
    const file = await readInstanceFile(this.dataDir);
    if (file === null || file === 'damaged') return this.join();
    const row = await this.row(file.id);
    if (!row) return this.join();
    const beat = row.beat + 1;
    await beatInstanceFile(this.dataDir, file.id, beat);
    await this.pool.query(
      `with beaten as (
         update instances set beat = greatest(beat, $2), beat_at = now(), device = $3 where id = $1 returning id
       )
       delete from instances where beat_at < now() - ${FORGOTTEN_AFTER} and id not in (select id from beaten)`,
      [file.id, beat, file.identity.device],
    );
  }

  /** True if no process has beaten for ten minutes, by the clock of the database. */
  async wasSilent(): Promise<boolean> {
    const { rows } = await this.pool.query<{ silent: boolean | null }>(
      `select now() - max(beat_at) not between -${SILENCE} and ${SILENCE} as silent from instances`,
    );
    return rows[0]!.silent ?? false;
  }

  /** Mail queued up to this position may have left unseen. */
  async markUnseen(position: Position): Promise<void> {
    await this.pool.query(
      `insert into unseen_sends (position) values ($1)
       on conflict (one) do update set position = greatest(unseen_sends.position, excluded.position)`,
      [position],
    );
  }

  /** The latest position of `markUnseen`, by any process. */
  async unseen(): Promise<Position | null> {
    const { rows } = await this.pool.query<{ position: Position }>('select position from unseen_sends');
    return rows[0]?.position ?? null;
  }

  private async row(id: string): Promise<InstanceRow | undefined> {
    const { rows } = await this.pool.query<InstanceRow>(
      'select inode, born, device, beat::float8 as beat from instances where id = $1',
      [id],
    );
    return rows[0];
  }
}

function displacementOf(file: InstanceFile, row: InstanceRow | undefined): Displacement | null {
  if (!row) return 'database-restored';
  if (!isSame(file.identity, row)) return 'folder-copied';
  if (file.beat - row.beat > MOST_BEATS_APART) return 'database-restored';
  return row.beat - file.beat > MOST_BEATS_APART ? 'folder-restored' : null;
}

function isSame(file: FileIdentity, row: FileIdentity): boolean {
  const tellBirth = file.born !== '0' && row.born !== '0';
  return file.inode === row.inode && (!tellBirth || file.born === row.born);
}
