import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { OutgoingFile, Person } from '../mail/writing/outgoing-message.js';
import { messageKey } from '../messages/message.events.js';
import { poolOf } from '../platform/database/database.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { seal, unseal } from '../platform/secrets/sealing.js';

/** A file of the author. Its bytes stand in the message, where its hash finds them. */
interface WrittenFile {
  filename: string;
  contentType: string;
  /** SHA-256 of its bytes, hex; null: the source of the file does not tell it */
  sha256: string | null;
  /** as the HTML names it; null: an attachment */
  cid: string | null;
}

/** The parts of a message that its author wrote: without header, signature and quotation. */
export interface Words {
  to: readonly Person[];
  cc: readonly Person[];
  bcc: readonly Person[];
  subject: string;
  html: string | null;
  text: string | null;
  files: readonly WrittenFile[];
  /** ids of messages here; null: none */
  inReplyTo: string | null;
  forwardOf: string | null;
  /** numbers of attachments of the forwarded message that stay behind */
  forwardWithout: readonly number[];
  quote: boolean;
  /** conversation of a message without an original here; null: none */
  ancestors: { inReplyTo: string | null; references: readonly string[] } | null;
}

/** A deferred message is given up after two days. */
const KEPT_MS = 3 * 24 * 60 * 60_000;
const REMOVED_AT_ONCE = 20;

/** Keeps the words of messages that may still be edited. */
@Injectable()
export class WrittenWords {
  private readonly pool: pg.Pool;

  constructor(
    database: DataSource,
    private readonly keys: DataKeys,
  ) {
    this.pool = poolOf(database);
  }

  /** Once for each message. Words of messages that have left long ago go. @param notBefore of the first attempt */
  async keep(messageId: string, key: Buffer, words: Words, notBefore: Date): Promise<void> {
    const sealed = seal(key, Buffer.from(JSON.stringify(words)), messageId);
    await this.pool.query(
      `with old as (
         delete from written_words where message_id in (
           select message_id from written_words where kept_until < now() limit ${REMOVED_AT_ONCE} for update skip locked))
       insert into written_words (message_id, sealed, kept_until) values ($1, $2, $3) on conflict (message_id) do nothing`,
      [messageId, sealed, new Date(notBefore.getTime() + KEPT_MS)],
    );
  }

  /** Null: never kept, kept too long ago, or the message is erased. */
  async find(messageId: string): Promise<Words | null> {
    const name = messageKey(messageId);
    const key = (await this.keys.find([name])).get(name);
    const { rows } = await this.pool.query<{ sealed: Buffer }>(
      'select sealed from written_words where message_id = $1',
      [messageId],
    );
    if (!key || !rows[0]) return null;
    return JSON.parse(unseal(key, rows[0].sealed, messageId).toString()) as Words;
  }
}

/** A message as it is queued, with its originals and the bytes of its files. */
type Queued = Omit<Words, 'files' | 'inReplyTo' | 'forwardOf' | 'forwardWithout'> & {
  files: readonly OutgoingFile[];
  answers: { id: string } | null;
  forwards: { id: string } | null;
  forwardWithout?: readonly number[];
};

export const wordsOf = (queued: Queued): Words => ({
  to: queued.to,
  cc: queued.cc,
  bcc: queued.bcc,
  subject: queued.subject,
  html: queued.html,
  text: queued.text,
  files: queued.files.map(writtenFile),
  inReplyTo: queued.answers?.id ?? null,
  forwardOf: queued.forwards?.id ?? null,
  forwardWithout: queued.forwardWithout ?? [],
  quote: queued.quote,
  ancestors: queued.ancestors,
});

const writtenFile = ({ filename, contentType, content, sha256, cid = null }: OutgoingFile): WrittenFile => ({
  filename,
  contentType,
  sha256: sha256 ?? (content instanceof Uint8Array ? hashOf(content) : null),
  cid,
});

/** SHA-256, hex. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
