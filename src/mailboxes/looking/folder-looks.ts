import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from '../../platform/database/database.js';
import type { Shelf } from '../places.events.js';

/** State of a folder at the end of a look. */
export interface FolderLook extends Shelf {
  uidNext: number;
  exists: number;
  /** null: the folder has no mod-sequences (RFC 7162) */
  highestModseq: bigint | null;
  /** setting of the account at that look */
  fetchSince: string | null;
  /** time of the last comparison of all messages */
  comparedAt: Date;
}

interface Row {
  folder_id: string;
  uid_validity: string;
  uid_next: string;
  exists: number;
  highest_modseq: string | null;
  fetch_since: string | null;
  compared_at: Date;
}

/**
 * Last look at each folder, after its facts were recorded. A lost row costs a comparison of all messages, and nothing
 * else.
 */
@Injectable()
export class FolderLooks {
  constructor(private readonly database: DataSource) {}

  async last(folderId: string): Promise<FolderLook | undefined> {
    const { rows } = await poolOf(this.database).query<Row>(`select * from folder_looks where folder_id = $1`, [
      folderId,
    ]);
    return rows.map(lookOf)[0];
  }

  /** Looks at folders of an account, by folder. */
  async ofAccount(accountId: string): Promise<Map<string, FolderLook>> {
    const { rows } = await poolOf(this.database).query<Row>(`select * from folder_looks where account_id = $1`, [
      accountId,
    ]);
    return new Map(rows.map((row) => [row.folder_id, lookOf(row)]));
  }

  async save(accountId: string, look: FolderLook): Promise<void> {
    const { folderId, uidValidity, uidNext, exists, highestModseq, fetchSince, comparedAt } = look;
    await poolOf(this.database).query(
      `insert into folder_looks values ($1, $2, $3, $4, $5, $6, $7, $8, now())
       on conflict (folder_id) do update set account_id = excluded.account_id, uid_validity = excluded.uid_validity,
         uid_next = excluded.uid_next, exists = excluded.exists, highest_modseq = excluded.highest_modseq,
         fetch_since = excluded.fetch_since, compared_at = excluded.compared_at, looked_at = excluded.looked_at`,
      [folderId, accountId, uidValidity, uidNext, exists, highestModseq?.toString() ?? null, fetchSince, comparedAt],
    );
  }

  async forget(folderId: string): Promise<void> {
    await poolOf(this.database).query(`delete from folder_looks where folder_id = $1`, [folderId]);
  }
}

const lookOf = (row: Row): FolderLook => ({
  folderId: row.folder_id,
  uidValidity: row.uid_validity,
  uidNext: Number(row.uid_next),
  exists: row.exists,
  highestModseq: row.highest_modseq === null ? null : BigInt(row.highest_modseq),
  fetchSince: row.fetch_since,
  comparedAt: row.compared_at,
});
