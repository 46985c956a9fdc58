import { Injectable } from '@nestjs/common';
import type { Settings } from '../accounts/account.events.js';
import type { DescribedMessage, KeptMessage } from '../mail/servers/imap.js';
import { type MessageHead, readHead } from '../mail/reading/message-head.js';
import { type FoundMessage, knownAt, messageIdOf, takeIn } from './message.decider.js';
import { type Message, message } from './message.fold.js';
import {
  type Box,
  type MessageContent,
  type MessageEvent,
  messageKey,
  messageStream,
  type Place,
} from './message.events.js';
import type { PendingBlob } from '../platform/blobs/blob-file.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { FactTooLarge } from '../platform/log/event-store.js';
import { reached } from '../platform/steps.js';
import { MasterKey } from '../platform/secrets/master-key.js';

/** A message from the server; `source`: its raw bytes, as one buffer or as a stream. */
export type ReadMessage = (KeptMessage & { source: Buffer }) | (DescribedMessage & { source: AsyncIterable<Buffer> });

interface IntakePlace {
  accountId: string;
  folderId: string;
  uidValidity: string;
  box: Box;
  settings: Settings;
}

export interface Stored {
  received: number[];
  /** number of received messages that were on record before */
  known: number;
  failed: { uid: number; reason: string }[];
}

interface Written {
  read: ReadMessage;
  blob: PendingBlob;
  messageId: string;
}

/** Stores the raw bytes of messages, then records the messages: no fact without its bytes. */
@Injectable()
export class MessageIntake {
  constructor(
    private readonly decide: Decide,
    private readonly blobs: Blobs,
    private readonly keys: DataKeys,
    private readonly master: MasterKey,
  ) {}

  /**
   * Stores and records a batch. The buffers of the batch are free when the promise settles, also after an error.
   * @throws BlobStoreFull, StoreUnavailable: then no message of the batch counts as received
   */
  async store(batch: readonly ReadMessage[], where: IntakePlace, origin: Origin): Promise<Stored> {
    if (batch.length === 0) return { received: [], known: 0, failed: [] };
    const written = await this.write(batch, where.accountId);
    reached('intake.blobs-written');
    const byId = new Map<string, Written[]>();
    for (const one of written) byId.set(one.messageId, [...(byId.get(one.messageId) ?? []), one]);
    const kept = await this.keep([...byId.values()]);
    reached('intake.blobs-kept');
    const recording = kept.map((same) => this.record(same, where, origin));
    await Promise.allSettled(recording);
    const outcomes = await Promise.all(recording);
    reached('intake.recorded');
    return {
      received: outcomes.flatMap((outcome) => (outcome.failed ? [] : outcome.uids)),
      known: outcomes.reduce((sum, outcome) => sum + outcome.known, 0),
      failed: outcomes.flatMap((outcome) =>
        outcome.failed ? outcome.uids.map((uid) => ({ uid, reason: outcome.failed! })) : [],
      ),
    };
  }

  private async write(batch: readonly ReadMessage[], accountId: string): Promise<Written[]> {
    const outcomes = await Promise.allSettled(
      batch.map(async (read): Promise<Written> => {
        const blob = await this.blobs.write(read.source);
        return { read, blob, messageId: messageIdOf(accountId, blob.hash) };
      }),
    );
    const written = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (!failure) return written;
    await Promise.all(written.map(({ blob }) => this.blobs.discard(blob)));
    throw failure.reason;
  }

  /** Keeps one blob for equal bytes, and none for an erased message: `ensure` returns no key for it. */
  private async keep(groups: Written[][]): Promise<Written[][]> {
    const keys = await this.keys.ensure(groups.map(([first]) => messageKey(first!.messageId)));
    reached('intake.keys-made');
    const keyOf = ({ messageId }: Written): Buffer | undefined => keys.get(messageKey(messageId));
    const kept = groups.map(([first]) => first!).filter((one) => keyOf(one) !== undefined);
    await Promise.all(
      groups
        .flat()
        .filter((one) => !kept.includes(one))
        .map(({ blob }) => this.blobs.discard(blob)),
    );
    await this.blobs.keep(kept.map((one) => ({ blob: one.blob, name: one.messageId, key: keyOf(one)! })));
    return groups;
  }

  private async record(
    same: Written[],
    where: IntakePlace,
    origin: Origin,
  ): Promise<{ uids: number[]; known: number; failed?: string }> {
    const [{ messageId }] = same as [Written];
    const uids = same.map(({ read }) => read.uid);
    let known = 0;
    try {
      const { state } = await this.decide.on<Message, MessageEvent>(
        messageStream(messageId),
        message,
        origin,
        (state) => {
          const found = this.found(same, where);
          known = knownAt(state, found.places);
          return takeIn(state, found);
        },
        { assumeNew: true },
      );
      // An erasure may have removed the blob a moment before this intake kept it again.
      if (state.status === 'erased') await this.blobs.remove([messageId]);
    } catch (error) {
      if (error instanceof FactTooLarge) return { uids, known: 0, failed: 'too-many-headers' };
      throw error;
    }
    return { uids, known };
  }

  private found(
    same: readonly Written[],
    { accountId, folderId, uidValidity, box, settings }: IntakePlace,
  ): FoundMessage {
    const [{ read, blob, messageId }] = same as [Written];
    const head = 'envelope' in read ? readHead(blob.head, read) : readHead(read.source);
    const { createContacts, createContactsFrom, createTasks } = settings;
    const places = same.map((one): Place => ({ folderId, uidValidity, uid: one.read.uid }));
    return {
      box,
      places: places as unknown as FoundMessage['places'],
      reactions: { createContacts, createContactsFrom, createTasks },
      content: this.content(head, read, { accountId, messageId, hash: blob.hash, size: blob.size }),
    };
  }

  private content(
    head: MessageHead,
    { flags, internalDate }: ReadMessage,
    { accountId, messageId, hash, size }: Pick<MessageContent, 'accountId' | 'messageId' | 'hash' | 'size'>,
  ): FoundMessage['content'] {
    const keyOf = (address: string): string => this.master.nameFor('address', address.toLowerCase());
    const people = [head.from, ...head.to, ...head.cc, ...head.replyTo].flatMap((one) =>
      one?.address ? [keyOf(one.address)] : [],
    );
    const root = head.references[0] ?? head.inReplyTo ?? head.messageId ?? messageId;
    // Field by field, because spreading a head takes longer than parsing one.
    return {
      accountId,
      messageId,
      hash,
      size,
      inReplyTo: head.inReplyTo,
      references: head.references,
      from: head.from,
      to: head.to,
      cc: head.cc,
      replyTo: head.replyTo,
      subject: head.subject,
      date: head.date,
      preview: head.preview,
      attachments: head.attachments,
      automatic: head.automatic,
      parsed: head.parsed,
      header: head.messageId,
      threadId: this.master.nameFor('thread', `${accountId} ${root}`),
      receivedAt: internalDate?.toISOString() ?? head.date ?? new Date(0).toISOString(),
      seen: flags.includes('\\Seen'),
      flagged: flags.includes('\\Flagged'),
      answered: flags.includes('\\Answered'),
      senderKey: head.from?.address ? keyOf(head.from.address) : null,
      peopleKeys: [...new Set(people)],
    };
  }
}
