import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { ShownDrafts, type ShownDraft } from '../access/shown-drafts.js';
import { DraftCopies } from '../messages/draft-copies.js';
import type { Place } from '../messages/message.events.js';
import { MessageKeys } from '../messages/message-keys.js';
import { inTransaction, poolOf } from '../platform/database/database.js';
import { Refused } from '../platform/domain.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { seal, unseal } from '../platform/secrets/sealing.js';
import { Uploads } from '../uploads/uploads.js';
import { type DraftContent, heldIds, isSame } from './draft-content.js';
import { ended } from './draft.decider.js';
import { draftKey } from './draft.events.js';

/** Key of `Locks` for the name `$1`. */
const LOCK = 'hashtextextended($1, 7041957)';
/** An author that has not saved for this time begins an editing session. */
const SESSION_MINUTES = 15;
const NOT_BEGUN_HOURS = 24;
/** A copy on the server is made after a pause of the author, at the latest some time after the first change. */
const PAUSE_SECONDS = 10;
const LONGEST_SECONDS = 120;
const FIRST_REST_SECONDS = 30;
const LONGEST_REST_SECONDS = 3600;

/**
 * SQL condition, alias `d`: the newest content is not on the server yet, or copies are left on it that should not be
 * there.
 */
export const IS_TO_COPY = `d.copy_after <= now() and (
  (d.begun and not d.ended and d.changed_at is not null and (d.saved_at < now() - interval '${PAUSE_SECONDS} s'
    or d.changed_at < now() - interval '${LONGEST_SECONDS} s'))
  or exists (select from draft_copies c where c.draft_id = d.id
    and (d.ended or (c.state = 'old' and d.copied > 0 and d.changed_at is null))))`;

export const sendingLock = (draftId: string): string => `sending of the draft ${draftId}`;

export interface StoredDraft {
  id: string;
  accountId: string;
  userId: string | null;
  /** number of saves */
  revision: number;
  content: DraftContent;
  /** `by` of the last author */
  savedBy: string;
  begunAt: Date;
  savedAt: Date;
  /** the copy on the server; `failed`: `copyReason` says why, and it is tried again */
  copy: 'pending' | 'kept' | 'failed';
  copyReason: string | null;
  /** id of the message of another program; null: begun here */
  takenFrom: string | null;
  isBegun: boolean;
}

interface Row {
  id: string;
  account_id: string;
  user_id: string | null;
  taken_from: string | null;
  revision: number;
  sealed: Buffer | null;
  saved_by: string;
  sessions: Record<string, string>;
  begun: boolean;
  ended: boolean;
  begun_at: Date;
  saved_at: Date;
  copied: number;
  copy_reason: string | null;
}

export interface NewDraft {
  id: string;
  accountId: string;
  userId: string | null;
  by: string;
  takenFrom: string | null;
  /** places of that message on the server, which the first copy replaces */
  places: readonly Place[];
}

/** Outcome of a save. `stale`: somebody saved meanwhile, and nothing is written. */
export type Saved = { state: 'saved' | 'same' | 'stale'; revision: number };

/** Newest content of each draft, sealed under its data key. */
@Injectable()
export class DraftRows extends ShownDrafts {
  private readonly pool: pg.Pool;

  constructor(
    database: DataSource,
    private readonly keys: DataKeys,
    private readonly messageKeys: MessageKeys,
    private readonly uploads: Uploads,
    private readonly copies: DraftCopies,
  ) {
    super();
    this.pool = poolOf(database);
  }

  /** Stores the first content, and holds its files. A repetition changes nothing. @throws Refused 409 `draft-ended` */
  async create({ id, accountId, userId, by, takenFrom, places }: NewDraft, content: DraftContent): Promise<void> {
    const sealed = sealedWith(await this.keyOf(id), id, content);
    await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        `insert into drafts (id, account_id, user_id, taken_from, revision, sealed, people, saved_by, sessions, changed_at)
         values ($1, $2, $3, $4, 1, $5, $6, $7, jsonb_build_object($7::text, now()), now())
         on conflict (id) do nothing`,
        [id, accountId, userId, takenFrom, sealed, this.peopleIn(content), by],
      );
      if (rowCount !== 1) return;
      await this.uploads.hold(id, heldIds(content), client);
      const replaced = { draftId: id, accountId, revision: 0, header: null, bodyHash: null, state: 'old' as const };
      for (const place of places) await this.copies.add({ ...replaced, ...place }, client);
    });
  }

  /** The fact of the beginning is on record: lists show the draft. */
  async begun(id: string): Promise<void> {
    await this.pool.query('update drafts set begun = true where id = $1 and not begun', [id]);
  }

  /** Undefined: no such draft, or it has ended. */
  async find(id: string): Promise<StoredDraft | undefined> {
    return (await this.findAll([id])).get(id);
  }

  /** True if the author begins an editing session with a save now. */
  async beginsSession(id: string, by: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ begins: boolean }>(
      `select coalesce((sessions->>$2)::timestamptz not between now() - make_interval(mins => $3) and now() + interval '1 minute', true) as begins
       from drafts where id = $1`,
      [id, by, SESSION_MINUTES],
    );
    return rows[0]?.begins === true;
  }

  /**
   * Stores a content, unless somebody saved since `known`. Content that is stored already is no save.
   * @param known revision that the author has seen; undefined: any
   * @param isSender the caller holds the lock of the sending
   * @throws Refused 409 `draft-ended`, `draft-being-sent`
   */
  async save(
    id: string,
    content: DraftContent,
    { by, known, isSender = false }: { by: string; known?: number | undefined; isSender?: boolean },
  ): Promise<Saved> {
    // Before the transaction, which holds a connection of the pool.
    const key = await this.keyOf(id);
    return inTransaction(this.pool, async (client): Promise<Saved> => {
      if (!isSender) await requireNotBeingSent(client, id);
      const { rows } = await client.query<Row>('select * from drafts where id = $1 for update', [id]);
      const [row] = rows;
      if (!row || row.ended || row.sealed === null) throw ended(null);
      const { revision } = row;
      if (isSame(contentOf(key, row), content)) return { state: 'same', revision };
      if (known !== undefined && known !== revision) return { state: 'stale', revision };
      await client.query(
        `update drafts set sealed = $2, people = $3, saved_by = $4, revision = revision + 1, saved_at = now(),
           sessions = sessions || jsonb_build_object($4::text, now()), changed_at = coalesce(changed_at, now()),
           copy_after = least(copy_after, now() + interval '1 minute')
         where id = $1`,
        [id, sealedWith(key, id, content), this.peopleIn(content), by],
      );
      await this.uploads.hold(id, heldIds(content), client);
      return { state: 'saved', revision: revision + 1 };
    });
  }

  /** Destroys the content, its key and its files. A draft without a copy on the server leaves nothing. */
  async clear(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.uploads.removeHeldBy(ids);
    await this.keys.destroy(ids.map(draftKey));
    await this.pool.query(
      `update drafts set sealed = null, people = '{}', sessions = '{}', ended = true, changed_at = null, copy_after = now()
       where id = any($1)`,
      [ids],
    );
    await this.pool.query(
      `delete from drafts d where id = any($1) and not exists (select from draft_copies c where c.draft_id = d.id)`,
      [ids],
    );
  }

  /** Ids of drafts of killed requests, of which the fact may be missing; at most 100. */
  async unsettled(): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `select id from drafts where not begun and not ended and begun_at < now() - make_interval(hours => $1) limit 100`,
      [NOT_BEGUN_HOURS],
    );
    return rows.map(({ id }) => id);
  }

  /** Ids of drafts of the account with work at its mail server. */
  async dueOf(accountId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `select d.id from drafts d where d.account_id = $1 and ${IS_TO_COPY} order by d.saved_at limit 100`,
      [accountId],
    );
    return rows.map(({ id }) => id);
  }

  /** The next try comes later and later. */
  async copyFailed(ids: readonly string[], reason: string): Promise<void> {
    await this.pool.query(
      `update drafts set copy_reason = $2, copy_failures = copy_failures + 1,
         copy_after = now() + least($3 * power(2, least(copy_failures, 10)), $4) * interval '1 s'
       where id = any($1)`,
      [ids, reason, FIRST_REST_SECONDS, LONGEST_REST_SECONDS],
    );
  }

  /** The server has no copy any more: it gets one at once. */
  async notCopied(id: string): Promise<void> {
    await this.pool.query(
      `update drafts set copied = 0, changed_at = coalesce(changed_at, saved_at) where id = $1 and not ended`,
      [id],
    );
  }

  /** The account has no server for copies. */
  async withoutCopies(accountId: string): Promise<void> {
    await this.pool.query('update drafts set changed_at = null where account_id = $1', [accountId]);
  }

  /** Ids of the drafts in which one of the people is named. @param people `MessageKeys.person` */
  async naming(people: readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>('select id from drafts where people && $1 order by id', [
      people,
    ]);
    return rows.map(({ id }) => id);
  }

  async ofAccount(accountId: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>('select id from drafts where account_id = $1', [accountId]);
    return rows.map(({ id }) => id);
  }

  async of(ids: readonly string[]): Promise<Map<string, ShownDraft>> {
    const shown = [...(await this.findAll(ids)).values()].map((draft): [string, ShownDraft] => [
      draft.id,
      shownAs(draft),
    ]);
    return new Map(shown);
  }

  private async findAll(ids: readonly string[]): Promise<Map<string, StoredDraft>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.pool.query<Row>(
      'select * from drafts where id = any($1) and not ended and sealed is not null',
      [ids],
    );
    const keys = await this.keys.find(rows.map(({ id }) => draftKey(id)));
    return new Map(
      rows.flatMap((row) => {
        const key = keys.get(draftKey(row.id));
        return key ? [[row.id, storedOf(row, contentOf(key, row))] as const] : [];
      }),
    );
  }

  /** @throws Refused 409 `draft-ended` once the key is destroyed */
  private async keyOf(id: string): Promise<Buffer> {
    const name = draftKey(id);
    const key = (await this.keys.ensure([name])).get(name);
    if (!key) throw ended(null);
    return key;
  }

  private peopleIn({ to, cc, bcc }: DraftContent): string[] {
    const addresses = [...to, ...cc, ...bcc].map(({ address }) => address).filter((address) => address !== '');
    return [...new Set(addresses)].map((address) => this.messageKeys.person(address));
  }
}

const contentOf = (key: Buffer, { id, sealed }: Row): DraftContent =>
  JSON.parse(unseal(key, sealed!, id).toString()) as DraftContent;

const sealedWith = (key: Buffer, id: string, content: DraftContent): Buffer =>
  seal(key, Buffer.from(JSON.stringify(content)), id);

const storedOf = (row: Row, content: DraftContent): StoredDraft => ({
  id: row.id,
  accountId: row.account_id,
  userId: row.user_id,
  revision: row.revision,
  content,
  savedBy: row.saved_by,
  begunAt: row.begun_at,
  savedAt: row.saved_at,
  copy: row.copied >= row.revision ? 'kept' : row.copy_reason === null ? 'pending' : 'failed',
  copyReason: row.copy_reason,
  takenFrom: row.taken_from,
  isBegun: row.begun,
});

const shownAs = ({ content, savedAt, userId, copy }: StoredDraft): ShownDraft => ({
  to: content.to.map(named),
  cc: content.cc.map(named),
  subject: content.subject,
  preview: content.preview,
  text: content.text,
  html: content.html,
  attachments: content.files.map(({ filename, contentType, size, cid }) => ({ filename, contentType, size, cid })),
  savedAt,
  createdBy: userId,
  onServer: copy === 'kept',
});

const named = ({ name, address }: { name?: string | null; address: string }): { name: string; address: string } => ({
  name: name ?? '',
  address,
});

/** @throws Refused 409 `draft-being-sent` */
async function requireNotBeingSent(client: pg.PoolClient, id: string): Promise<void> {
  const { rows } = await client.query<{ free: boolean }>(`select pg_try_advisory_xact_lock_shared(${LOCK}) as free`, [
    sendingLock(id),
  ]);
  if (!rows[0]!.free)
    throw new Refused('draft-being-sent', 'conflict', 'The draft is being sent at this moment. Try again.');
}
