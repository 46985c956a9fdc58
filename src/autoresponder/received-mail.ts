import { Injectable } from '@nestjs/common';
import { accountStream } from '../accounts/account.events.js';
import { account, type OpenAccount } from '../accounts/account.fold.js';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { MessageReader } from '../mail/reading/message-reader.js';
import type { ReplyFields } from '../mail/reading/reply-fields.js';
import { folderOf, folders } from '../mailboxes/folders.fold.js';
import { foldersStream } from '../mailboxes/folders/folder.events.js';
import { type MessageContent, messageKey } from '../messages/message.events.js';
import { recordedContent } from '../messages/recorded-content.js';
import { BlobDamaged, BlobMissing } from '../platform/blobs/blob-format.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide } from '../platform/commands/decide.js';
import { FactLog } from '../platform/log/fact-log.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import type { WhySuppressed } from './autoreply.events.js';
import { answered, type Received, suppression } from './may-reply.js';

/** The fact of a received message, with the fields of its bytes. */
export interface ReadMail {
  content: MessageContent;
  received: Received;
  /** address to answer; null: none */
  to: string | null;
}

/** Reads received messages, and judges them by the message and the account alone. */
@Injectable()
export class ReceivedMail {
  constructor(
    private readonly decide: Decide,
    private readonly log: FactLog,
    private readonly blobs: Blobs,
    private readonly keys: DataKeys,
    private readonly reader: MessageReader,
    private readonly own: OwnAddresses,
  ) {}

  /** Null: removed. */
  async accountOf(accountId: string): Promise<OpenAccount | null> {
    const { state } = await this.decide.load(accountStream(accountId), account);
    return state.status === 'open' ? state : null;
  }

  /** `unreadable`: the bytes are missing or damaged. @throws Refused of kind `unavailable` while no thread reads */
  async read(messageId: string): Promise<ReadMail | 'erased' | 'unreadable'> {
    const content = await recordedContent(this.log, messageId);
    if (content === undefined || !('folderId' in content)) return 'erased';
    const name = messageKey(messageId);
    const key = (await this.keys.find([name])).get(name);
    if (!key) return 'erased';
    const fields = await this.fieldsOf(content, key);
    if (fields === null) return 'unreadable';
    const { from, replyTo, author, receivedAt, arrival } = content;
    const person = author === 'reply-to' ? replyTo?.[0] : from;
    const received: Received = {
      receivedAt: new Date(receivedAt),
      arrival,
      author: person?.address || null,
      fields,
      inJunk: await this.isInJunk(content),
    };
    return { content, received, to: answered(received) };
  }

  /** Null: it may be answered. */
  async suppressionOf(
    { content, received, to }: ReadMail,
    { settings: { address, login } }: OpenAccount,
    activatedAt: Date,
  ): Promise<WhySuppressed | null> {
    const own = await this.own.among([to, received.author].filter((each) => each !== null));
    const addresses = [address, ...(login.includes('@') ? [login] : [])];
    const isOwn = (one: string): boolean => own.has(one.toLowerCase());
    const reason = suppression(received, { addresses, activatedAt, isOwn });
    return reason ?? (content.author === 'own' ? 'own-sender' : null);
  }

  private async fieldsOf({ accountId, messageId, hash }: MessageContent, key: Buffer): Promise<ReplyFields | null> {
    try {
      const blob = await this.blobs.sealed(messageId, key, hash);
      return (await this.reader.forReactions(blob, accountId))?.fields ?? null;
    } catch (error) {
      if (error instanceof BlobMissing || error instanceof BlobDamaged) return null;
      throw error;
    }
  }

  private async isInJunk({ accountId, folderId }: MessageContent): Promise<boolean> {
    const { state } = await this.decide.load(foldersStream(accountId), folders);
    return folderOf(state, folderId)?.role === 'junk';
  }
}
