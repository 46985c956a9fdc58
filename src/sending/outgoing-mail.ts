import { Injectable } from '@nestjs/common';
import { pipeline, Readable } from 'node:stream';
import { WithoutBcc } from '../mail/writing/without-bcc.js';
import { type MessageEvent, messageKey, messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { Blobs } from '../platform/blobs/blobs.js';
import type { Loaded } from '../platform/commands/state-cache.js';
import { type Position, START } from '../platform/log/event-store.js';
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

/** An outgoing message as it is on record. */
export interface Outgoing {
  loaded: Loaded<Message>;
  /** null after an erasure */
  stored: StoredMail | null;
  /** of the fact `MessageQueued` */
  queuedAt: Position;
  /** time at which the reply of the server was lost, ms since 1970; 0: never */
  lostAt: number;
}

/** A message up to this size is read at once: two passes over its file would cost more. */
const READ_AT_ONCE = 1024 * 1024;

/** Reads queued messages. */
@Injectable()
export class OutgoingMail {
  constructor(
    private readonly log: FactLog,
    private readonly blobs: Blobs,
    private readonly keys: DataKeys,
  ) {}

  /** One read of the stream. */
  async open(messageId: string): Promise<Outgoing> {
    const name = messageKey(messageId);
    const stream = this.log.read(messageStream(messageId)) as unknown as AsyncIterable<MessageEvent & Recorded>;
    const [keys, facts] = await Promise.all([this.keys.find([name]), Array.fromAsync(stream)]);
    let state = message.initial;
    let stored: StoredMail | null = null;
    let givenId: string | null = null;
    let [queuedAt, lostAt] = [START, 0];
    for (const fact of facts) {
      state = message.evolve(state, fact);
      if (fact.type === 'RecipientsAccepted') givenId = fact.data.givenId ?? givenId;
      if (fact.type === 'SendUnknown') lostAt = Date.parse(fact.metadata.at);
      if (fact.type !== 'MessageQueued') continue;
      queuedAt = fact.position;
      stored = storedBy(fact, keys.get(name));
    }
    const { revision = -1, position = START } = facts.at(-1) ?? {};
    return { loaded: { state, revision, position }, stored: stored && { ...stored, givenId }, queuedAt, lostAt };
  }

  /** Null after an erasure. */
  async stored(messageId: string): Promise<StoredMail | null> {
    return (await this.open(messageId)).stored;
  }

  /** The message as it leaves: without the header Bcc. @throws BlobMissing, BlobDamaged */
  async *bytes({ messageId, key, hash, size }: StoredMail): AsyncGenerator<Buffer> {
    const content =
      size <= READ_AT_ONCE
        ? Readable.from([await this.blobs.read(messageId, key, hash)])
        : (await this.blobs.stream(messageId, key, hash)).content;
    yield* pipeline(content, new WithoutBcc(), () => undefined) as AsyncIterable<Buffer>;
  }

  /** The message as it is stored, for the copy in Sent. @throws BlobMissing, BlobDamaged */
  raw({ messageId, key, hash }: StoredMail): Promise<Buffer> {
    return this.blobs.read(messageId, key, hash);
  }
}

function storedBy(
  { data, metadata }: Extract<MessageEvent, { type: 'MessageQueued' }> & Pick<Recorded, 'metadata'>,
  key: Buffer | undefined,
): StoredMail | null {
  const { accountId, messageId, header, envelope, hash, size } = data;
  if (!key || header === null || envelope === null) return null;
  const { sender, recipients: addresses } = envelope;
  const queuedAt = new Date(metadata.at);
  return { accountId, messageId, header, givenId: null, envelope: { sender, addresses }, hash, size, queuedAt, key };
}
