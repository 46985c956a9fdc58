import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { MessageHead } from '../mail/reading/message-head.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide } from '../platform/commands/decide.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { type KnownMessage, KnownMessages } from './known-messages.js';
import { linkedOf } from './message-content.js';
import { messageIdOf } from './message.decider.js';
import { messageKey, messageStream } from './message.events.js';
import { message } from './message.fold.js';
import { MessageKeys } from './message-keys.js';
import { SentMessages } from './sent-messages.js';
import { storedBodyHash } from './stored-body.js';

/** Stored bodies that are read for one found message, and side by side for all. */
const MOST_COMPARED = 10;
const READ_SIDE_BY_SIDE = 8;

interface Found {
  head: MessageHead;
  /** SHA-256 of the raw bytes, hex */
  hash: string;
  /** `BodyHash`; null if the message could not be read */
  bodyHash: string | null;
}

export interface Identified {
  messageId: string;
  /** true: the message is on record with other bytes, such as without a field that a server has added */
  hasOtherBytes: boolean;
}

/**
 * Ids of found messages. A message on record keeps its id: it has the same raw bytes, or the same Message-ID, From,
 * Date and body. A new message gets an id from these fields, so that two intakes at the same moment find the same id.
 */
@Injectable()
export class MessageIdentity {
  private readonly inTurn = pLimit(READ_SIDE_BY_SIDE);

  constructor(
    private readonly known: KnownMessages,
    private readonly sent: SentMessages,
    private readonly keys: MessageKeys,
    private readonly decide: Decide,
    private readonly blobs: Blobs,
    private readonly dataKeys: DataKeys,
  ) {}

  /**
   * @param fromSent true: found in Sent or Drafts, where our own Message-ID identifies a copy with any bytes. Elsewhere
   * a stranger may repeat it.
   */
  async of(found: readonly Found[], accountId: string, fromSent: boolean): Promise<Identified[]> {
    const asked = found.map((one) => ({
      ...one,
      sentKey: one.head.messageId === null ? null : this.keys.sent(accountId, one.head.messageId),
      bytesId: messageIdOf(accountId, one.hash),
      reactionKey: this.keys.reaction(accountId, linkedOf(one.head)),
    }));
    const alike = await this.known.alike(
      asked.map(({ bytesId }) => bytesId),
      asked.flatMap(({ reactionKey }) => reactionKey ?? []),
    );
    const sent = fromSent
      ? await this.sent.among(asked.flatMap(({ sentKey }) => sentKey ?? []))
      : new Map<string, string>();
    return Promise.all(
      asked.map(async ({ head, bodyHash, bytesId, reactionKey, sentKey }): Promise<Identified> => {
        const same = alike.find((one) => one.bytesId === bytesId);
        if (same) return { messageId: same.messageId, hasOtherBytes: false };
        const own = sentKey === null ? undefined : sent.get(sentKey);
        if (own !== undefined) return { messageId: own, hasOtherBytes: true };
        const identity = bodyHash === null ? null : this.keys.identity(accountId, linkedOf(head), bodyHash);
        if (identity === null) return { messageId: bytesId, hasOtherBytes: false };
        const candidates = alike.filter((one) => one.reactionKey === reactionKey);
        const identical = candidates.find(({ messageId, identityKey }) => (identityKey ?? messageId) === identity);
        if (identical) return { messageId: identical.messageId, hasOtherBytes: true };
        const older = await this.withBody(candidates.filter(mayBeSame).slice(0, MOST_COMPARED), bodyHash!);
        return { messageId: older ?? identity, hasOtherBytes: older !== undefined };
      }),
    );
  }

  /**
   * Messages of releases before have an id from their bytes: their bodies are read for the comparison. An erased one
   * has no body any more, and a copy with the same Message-ID, From and Date is taken for it: erased mail does not
   * return.
   */
  private async withBody(candidates: readonly KnownMessage[], bodyHash: string): Promise<string | undefined> {
    for (const { messageId } of candidates) {
      const found = await this.inTurn(() => this.bodyHashOf(messageId));
      if (found === bodyHash || found === 'erased') return messageId;
    }
    return undefined;
  }

  /** Undefined if the bytes are missing. */
  private async bodyHashOf(messageId: string): Promise<string | undefined> {
    const name = messageKey(messageId);
    const key = (await this.dataKeys.find([name])).get(name);
    const { state } = await this.decide.load(messageStream(messageId), message);
    if (!key || state.status === 'erased') return 'erased';
    if (state.status === 'absent' || state.hash === null) return undefined;
    return (await storedBodyHash(this.blobs, messageId, key, state.hash)) ?? undefined;
  }
}

/** An id from the bytes tells nothing about a copy with other bytes, unless the identity was taken too. */
const mayBeSame = ({ messageId, bytesId, identityKey }: KnownMessage): boolean =>
  messageId === bytesId && identityKey === null;
