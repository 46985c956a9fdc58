import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { inTransaction, poolOf } from '../platform/database/database.js';

/** Folder and UIDVALIDITY of UIDs. */
interface Shelf {
  folderId: string;
  uidValidity: string;
}

/**
 * `storing`: APPEND may have stored the copy; `kept`: the copy of the newest stored content; `old`: to be removed;
 * `left`: another program removed it; `removed`: marked `\Deleted` by us, on a server without UIDPLUS.
 */
export type CopyState = 'storing' | 'kept' | 'old' | 'left' | 'removed';

/** A copy of a draft on the mail server, or the draft of another program that it replaces. */
export interface DraftCopy extends Shelf {
  id: string;
  draftId: string;
  accountId: string;
  /** number of saves of its content; 0: made by another program */
  revision: number;
  /** Message-ID with its angle brackets; null: made by another program */
  header: string | null;
  /** `BodyHash`; null: made by another program */
  bodyHash: string | null;
  /** null: not known */
  uid: number | null;
  state: CopyState;
}

interface Row {
  id: string;
  draft_id: string;
  account_id: string;
  revision: number;
  header: string | null;
  body_hash: string | null;
  folder_id: string;
  uid_validity: string;
  uid: string | null;
  state: CopyState;
}

/** A message that was found in a folder for drafts. */
export interface FoundCopy {
  uid: number;
  header: string | null;
  bodyHash: string | null;
}

/** Copies of drafts on mail servers. They are no messages here: the intake leaves them out. */
@Injectable()
export class DraftCopies {
  private readonly pool: pg.Pool;

  constructor(database: DataSource) {
    this.pool = poolOf(database);
  }

  /** Those of the UIDs at which copies lie. */
  async at({ folderId, uidValidity }: Shelf, uids: readonly number[]): Promise<Set<number>> {
    if (uids.length === 0) return new Set();
    const { rows } = await this.pool.query<{ uid: string }>(
      `select uid from draft_copies
       where folder_id = $1 and uid_validity = $2 and uid = any($3::bigint[]) and header is not null`,
      [folderId, uidValidity, uids],
    );
    return new Set(rows.map(({ uid }) => Number(uid)));
  }

  /**
   * UIDs of those found messages that are copies, although the server has not told their UIDs: Message-ID and body are
   * those of a copy. The same Message-ID with another body is the version of another program.
   */
  async among(accountId: string, found: readonly FoundCopy[]): Promise<Set<number>> {
    const headers = found.flatMap(({ header }) => header ?? []);
    if (headers.length === 0) return new Set();
    const { rows } = await this.pool.query<Pick<Row, 'header' | 'body_hash'>>(
      `select header, body_hash from draft_copies where account_id = $1 and header = any($2) and uid is null`,
      [accountId, headers],
    );
    const same = ({ header, bodyHash }: FoundCopy): boolean =>
      rows.some((row) => row.header === header && row.body_hash === bodyHash);
    return new Set(found.filter(same).map(({ uid }) => uid));
  }

  /** The folder has a new UIDVALIDITY, or lies on another server: its copies are looked for by their Message-ID. */
  async renumbered({ folderId, uidValidity }: Shelf): Promise<void> {
    await this.pool.query(
      `update draft_copies set uid = null, uid_validity = $2, state = case when state = 'kept' then 'storing' else state end
       where folder_id = $1 and uid_validity <> $2 and header is not null`,
      [folderId, uidValidity],
    );
    await this.pool.query(`delete from draft_copies where folder_id = $1 and uid_validity <> $2`, [
      folderId,
      uidValidity,
    ]);
  }

  /**
   * Marks copies that have left the folder.
   * @param listed all UIDs on the server
   * @param uidNext of the opened folder: a later copy is not listed yet
   */
  async compare({ folderId, uidValidity }: Shelf, listed: readonly number[], uidNext: number): Promise<void> {
    const gone = `folder_id = $1 and uid_validity = $2 and uid is not null and uid < $4 and uid <> all($3::bigint[])`;
    const values = [folderId, uidValidity, listed, uidNext];
    await this.pool.query(`update draft_copies set state = 'left' where state = 'kept' and ${gone}`, values);
    await this.pool.query(`delete from draft_copies where state in ('old', 'removed') and ${gone}`, values);
  }

  async ofDraft(draftId: string): Promise<DraftCopy[]> {
    const { rows } = await this.pool.query<Row>(
      'select * from draft_copies where draft_id = $1 order by revision, made_at',
      [draftId],
    );
    return rows.map(copyOf);
  }

  /** Copies of the account that other programs have removed. */
  async leftOf(accountId: string): Promise<DraftCopy[]> {
    const { rows } = await this.pool.query<Row>(`select * from draft_copies where account_id = $1 and state = 'left'`, [
      accountId,
    ]);
    return rows.map(copyOf);
  }

  async add(copy: Omit<DraftCopy, 'id'>, client: pg.Pool | pg.PoolClient = this.pool): Promise<string> {
    const id = randomUUID();
    const { draftId, accountId, revision, header, bodyHash, folderId, uidValidity, uid, state } = copy;
    await client.query(
      `insert into draft_copies (id, draft_id, account_id, revision, header, body_hash, folder_id, uid_validity, uid, state)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [id, draftId, accountId, revision, header, bodyHash, folderId, uidValidity, uid, state],
    );
    return id;
  }

  /**
   * The server has this copy: earlier ones are to be removed, and the draft counts as copied up to its revision.
   * @param uid null: the server does not tell it
   */
  async kept({ id, draftId, revision }: DraftCopy, uid: number | null): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`update draft_copies set state = 'old' where draft_id = $1 and id <> $2 and state = 'kept'`, [
        draftId,
        id,
      ]);
      await client.query(`update draft_copies set state = 'kept', uid = $2 where id = $1`, [id, uid]);
      await client.query(
        `update drafts set copied = greatest(copied, $2), copy_reason = null, copy_failures = 0,
           changed_at = case when revision <= $2 then null else changed_at end where id = $1`,
        [draftId, revision],
      );
    });
  }

  async put(id: string, change: { state: CopyState }): Promise<void> {
    await this.pool.query('update draft_copies set state = $2 where id = $1', [id, change.state]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.pool.query('delete from draft_copies where id = any($1)', [ids]);
  }

  async removeOfAccount(accountId: string): Promise<void> {
    await this.pool.query('delete from draft_copies where account_id = $1', [accountId]);
  }
}

const copyOf = (row: Row): DraftCopy => ({
  id: row.id,
  draftId: row.draft_id,
  accountId: row.account_id,
  revision: row.revision,
  header: row.header,
  bodyHash: row.body_hash,
  folderId: row.folder_id,
  uidValidity: row.uid_validity,
  uid: row.uid === null ? null : Number(row.uid),
  state: row.state,
});
