import { Injectable } from '@nestjs/common';
import { pipeline } from 'node:stream';
import { WithoutBcc } from '../mail/writing/without-bcc.js';
import { type MessageEvent, messageKey, messageStream } from '../messages/message.events.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { FactLog, type Recorded } from '../platform/log/fact-log.js';
import { DataKeys } from '../platform/secrets/data-keys.js';

/** The bytes of an outgoing message, and the addresses of its envelope. */
export interface StoredMail {
  accountId: string;
  messageId: string;
  /** Message-ID with its angle brackets */
  header: string;
  /** Message-ID that the provider gave instead; null: none */
  givenId: string | null;
  envelope: { sender: string; addresses: readonly string[] };
  hash: string;
  /** bytes that are stored, with the header Bcc */
  size: number;
  queuedAt: Date;
  key: Buffer;
}

/** Reads queued messages. */
@Injectable()
export class OutgoingMail {
  constructor(
    private readonly log: FactLog,
    private readonly blobs: Blobs,
    private readonly keys: DataKeys,
  ) {}

  /** Null after an erasure. */
  async stored(messageId: string): Promise<StoredMail | null> {
    const name = messageKey(messageId);
    const key = (await this.keys.find([name])).get(name);
    let queued: Omit<StoredMail, 'givenId'> | null = null;
    let givenId: string | null = null;
    for await (const fact of this.facts(messageId)) {
      if (fact.type === 'RecipientsAccepted') givenId = fact.data.givenId ?? givenId;
      if (fact.type !== 'MessageQueued') continue;
      const { accountId, header, envelope, hash, size } = fact.data;
      if (!key || header === null || envelope === null) return null;
      const { sender, recipients: addresses } = envelope;
      const queuedAt = new Date(fact.metadata.at);
      queued = { accountId, messageId, header, envelope: { sender, addresses }, hash, size, queuedAt, key };
    }
    return queued && { ...queued, givenId };
  }

  /** The message as it leaves: without the header Bcc. @throws BlobMissing, BlobDamaged */
  async *bytes({ messageId, key, hash }: StoredMail): AsyncGenerator<Buffer> {
    const { content } = await this.blobs.stream(messageId, key, hash);
    yield* pipeline(content, new WithoutBcc(), () => undefined) as AsyncIterable<Buffer>;
  }

  /** The message as it is stored, for the copy in Sent. @throws BlobMissing, BlobDamaged */
  raw({ messageId, key, hash }: StoredMail): Promise<Buffer> {
    return this.blobs.read(messageId, key, hash);
  }

  /** Time at which the reply of the server was lost, ms since 1970. */
  async lostAt(messageId: string): Promise<number> {
    let at = 0;
    for await (const { type, metadata } of this.facts(messageId))
      if (type === 'SendUnknown') at = Date.parse(metadata.at);
    return at;
  }

  private facts(messageId: string): AsyncIterable<MessageEvent & Pick<Recorded, 'metadata'>> {
    return this.log.read(messageStream(messageId)) as unknown as AsyncIterable<MessageEvent & Recorded>;
  }
}
