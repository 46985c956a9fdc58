import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { mailOf } from '../access/mail-scope.js';
import { MessageReader } from '../mail/reading/message-reader.js';
import type { OpenedAttachment } from '../mail/reading/message.js';
import type { Person, Quoted } from '../mail/writing/outgoing-message.js';
import { referencesOf } from '../mail/writing/references.js';
import { messageKey } from '../messages/message.events.js';
import { recordedContent } from '../messages/recorded-content.js';
import type { Caller } from '../platform/auth/caller.js';
import { BlobDamaged, BlobMissing } from '../platform/blobs/blob-format.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { Refused } from '../platform/domain.js';
import { FactLog } from '../platform/log/fact-log.js';
import { DataKeys } from '../platform/secrets/data-keys.js';

/** A message here that an outgoing one answers, forwards, or takes files from. */
export interface Original {
  id: string;
  accountId: string;
  /** Message-ID with its angle brackets; null: none, or erased */
  header: string | null;
  references: string[];
  threadId: string;
  quoted: Quoted;
  /** of a message that was written here, or of a draft */
  bcc: Person[];
  /** Message-ID of the message that this one answers; null: none */
  inReplyTo: string | null;
  /** References of the message itself; `references` are those of an answer */
  ownReferences: string[];
  attachments: readonly OpenedAttachment[];
}

/** Reads messages here for the composition of another one. */
@Injectable()
export class Originals {
  constructor(
    private readonly log: FactLog,
    private readonly access: Access,
    private readonly blobs: Blobs,
    private readonly keys: DataKeys,
    private readonly reader: MessageReader,
  ) {}

  /**
   * @throws Refused 404 `message-not-found` for a message that is missing, erased or hidden from the caller; 409
   * `message-damaged`
   */
  async open(id: string, kind: Quoted['kind'], caller: Caller): Promise<Original> {
    const readable = mailOf(caller);
    const content = await recordedContent(this.log, id);
    if (!content || (await this.access.readable(readable, [content.accountId])).length === 0) throw notFound(id);
    const raw = await this.bytesOf(id, content.hash);
    const { html, text, attachments, bcc } = await this.reader.open(raw, { caller: caller.actor.id });
    const { accountId, header, references, inReplyTo, threadId, from, to, cc, subject, date, receivedAt } = content;
    return {
      id,
      accountId,
      header,
      references: referencesOf({
        messageId: header,
        references: references ?? [],
        inReplyTo: inReplyTo === null ? [] : [inReplyTo],
      }),
      threadId,
      quoted: { kind, from, to: to ?? [], cc: cc ?? [], subject, date: new Date(date ?? receivedAt), html, text },
      bcc,
      inReplyTo,
      ownReferences: references ?? [],
      attachments,
    };
  }

  private async bytesOf(id: string, hash: string): Promise<Buffer> {
    const name = messageKey(id);
    const key = (await this.keys.find([name])).get(name);
    if (!key) throw notFound(id);
    try {
      return await this.blobs.read(id, key, hash);
    } catch (error) {
      if (!(error instanceof BlobDamaged) && !(error instanceof BlobMissing)) throw error;
      await this.blobs.missing.report(id);
      throw new Refused(
        'message-damaged',
        'conflict',
        'The stored bytes of the quoted message are missing or damaged, and are being fetched again. Try again in a minute.',
      );
    }
  }
}

const notFound = (id: string): Refused =>
  new Refused('message-not-found', 'not-found', `There is no message ${id}, or you may not read it.`);
