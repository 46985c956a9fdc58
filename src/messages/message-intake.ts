import { Injectable } from '@nestjs/common';
import type { Settings } from '../accounts/account.events.js';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { BodyHash } from '../mail/reading/body-hash.js';
import type { ReadHead } from '../mail/reading/message.js';
import { MessageReader } from '../mail/reading/message-reader.js';
import type { DescribedMessage, KeptMessage } from '../mail/servers/imap.js';
import type { BlobToKeep } from '../platform/blobs/blobs.js';
import type { PlacedMessage } from '../mailboxes/places.events.js';
import type { Flags } from './flags.events.js';
import { flagsOf } from './imap-flags.js';
import { contentOf } from './message-content.js';
import { DraftCopies } from './draft-copies.js';
import { type FoundMessage, furtherPlaces, knownAt, returnedIdOf, takeIn } from './message.decider.js';
import { type Message, message } from './message.fold.js';
import { type Identified, MessageIdentity } from './message-identity.js';
import { type Box, type MessageEvent, messageKey, messageStream, type Place } from './message.events.js';
import { MessageKeys } from './message-keys.js';
import type { PendingBlob } from '../platform/blobs/blob-file.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { FactTooLarge } from '../platform/log/event-store.js';
import { reached } from '../platform/steps.js';

/** A message from the server; `source`: its raw bytes, as one buffer or as a stream. */
export type ReadMessage = (KeptMessage & { source: Buffer }) | (DescribedMessage & { source: AsyncIterable<Buffer> });

interface IntakePlace {
  /** The folder was gone: places in it that messages have on record count no more. */
  hasReturned: boolean;
  accountId: string;
  folderId: string;
  uidValidity: string;
  box: Box;
  /** true: the folder is the inbox */
  inInbox: boolean;
  settings: Settings;
  /** messages with higher UIDs are new; the others an import */
  importedUpTo: number;
}

export interface Stored {
  received: number[];
  /** messages on record that are in the folder too */
  placed: (PlacedMessage & Flags)[];
  /** number of received messages that were on record before */
  known: number;
  failed: { uid: number; reason: string }[];
}

interface Written {
  read: ReadMessage;
  blob: PendingBlob;
  /** `BodyHash` of a streamed message */
  streamed: string | null;
}

type Readied = Written & ReadHead & Identified;

/** Stores the raw bytes of messages, then records the messages: no fact without its bytes. */
@Injectable()
export class MessageIntake {
  /** By id of a message: settles when the last batch with that message is recorded. */
  private readonly inFlight = new Map<string, Promise<void>>();

  constructor(
    private readonly decide: Decide,
    private readonly blobs: Blobs,
    private readonly dataKeys: DataKeys,
    private readonly reader: MessageReader,
    private readonly identity: MessageIdentity,
    private readonly keys: MessageKeys,
    private readonly own: OwnAddresses,
    private readonly copies: DraftCopies,
  ) {}

  /**
   * Stores and records a batch. The buffers of the batch are free when the promise settles, also after an error.
   * @throws BlobStoreFull, StoreUnavailable, Refused of kind `unavailable`: then no message of the batch counts as
   * received
   */
  async store(batch: readonly ReadMessage[], where: IntakePlace, origin: Origin): Promise<Stored> {
    if (batch.length === 0) return { received: [], placed: [], known: 0, failed: [] };
    const written = await this.write(batch);
    reached('intake.blobs-written');
    const all = await this.discardingOnFailure(written, () => this.ready(written, where));
    const { readied, ofDrafts } = await this.withoutDrafts(all, where);
    const byId = new Map<string, Readied[]>();
    for (const one of readied) byId.set(one.messageId, [...(byId.get(one.messageId) ?? []), one]);
    const own = await this.discardingOnFailure(written, () => this.ownAmong(readied));
    return this.inTurn([...byId.keys()], async () => {
      const groups = [...byId.values()];
      await this.keep(groups);
      reached('intake.blobs-kept');
      const recording = groups.map((same) => this.record(same, where, own, origin));
      await Promise.allSettled(recording);
      const outcomes = await Promise.all(recording);
      reached('intake.recorded');
      return {
        received: [...ofDrafts, ...outcomes.flatMap((outcome) => (outcome.failed ? [] : outcome.uids))],
        placed: outcomes.flatMap(({ placed }) => placed),
        known: outcomes.reduce((sum, outcome) => sum + outcome.known, ofDrafts.length),
        failed: outcomes.flatMap((outcome) =>
          outcome.failed ? outcome.uids.map((uid) => ({ uid, reason: outcome.failed! })) : [],
        ),
      };
    });
  }

  /** Leaves out the copies of drafts of this service, which are on record as drafts. */
  private async withoutDrafts(
    all: readonly Readied[],
    { accountId, box }: IntakePlace,
  ): Promise<{ readied: readonly Readied[]; ofDrafts: number[] }> {
    if (box !== 'draft') return { readied: all, ofDrafts: [] };
    const found = all.map(({ read: { uid }, head, bodyHash }) => ({ uid, header: head.messageId, bodyHash }));
    const copies = await this.copies.among(accountId, found);
    const isCopy = ({ read: { uid } }: Readied): boolean => copies.has(uid);
    await Promise.all(all.filter(isCopy).map(({ blob }) => this.blobs.discard(blob)));
    return { readied: all.filter((one) => !isCopy(one)), ofDrafts: [...copies] };
  }

  private async write(batch: readonly ReadMessage[]): Promise<Written[]> {
    const outcomes = await Promise.allSettled(
      batch.map(async (read): Promise<Written> => {
        const { source } = read;
        if (Buffer.isBuffer(source)) return { read, blob: await this.blobs.write(source), streamed: null };
        const body = new BodyHash();
        return { read, blob: await this.blobs.write(hashing(source, body)), streamed: body.digest() };
      }),
    );
    const written = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    return this.discardingOnFailure(written, () => {
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure) throw failure.reason;
      return written;
    });
  }

  private async discardingOnFailure<T>(written: readonly Written[], work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await Promise.all(written.map(({ blob }) => this.blobs.discard(blob)));
      throw error;
    }
  }

  /** Reads the heads, and finds the ids. */
  private async ready(written: readonly Written[], where: IntakePlace): Promise<Readied[]> {
    const { accountId, box } = where;
    const wanted = written.map(({ read, blob }) =>
      'envelope' in read ? { raw: blob.head, described: read } : { raw: read.source },
    );
    const heads = await this.reader.heads(wanted, accountId);
    const read = written.map((one, n) => ({ ...one, ...heads[n]!, bodyHash: one.streamed ?? heads[n]!.bodyHash }));
    const ids = await this.identity.of(
      read.map(({ blob: { hash }, head, bodyHash }) => ({ hash, head, bodyHash })),
      accountId,
      box !== 'received',
    );
    const readied = read.map((one, n) => ({ ...one, ...ids[n]! }));
    return this.withReturned(readied, where);
  }

  /** Drafts that were destroyed when they left their folder: their old ids are tombstones. */
  private async withReturned(
    readied: readonly Readied[],
    { accountId, folderId, uidValidity }: IntakePlace,
  ): Promise<Readied[]> {
    const destroyed = await this.dataKeys.destroyed(readied.map(({ messageId }) => messageKey(messageId)));
    const mayReturn = new Set<string>();
    for (const messageId of new Set(readied.map((one) => one.messageId))) {
      if (!destroyed.has(messageKey(messageId))) continue;
      const { state } = await this.decide.load(messageStream(messageId), message);
      if (state.status === 'erased' && state.mayReturn) mayReturn.add(messageId);
    }
    return readied.map((one) => {
      if (!mayReturn.has(one.messageId)) return one;
      const place = { folderId, uidValidity, uid: one.read.uid };
      return { ...one, messageId: returnedIdOf(accountId, one.blob.hash, place), hasOtherBytes: false };
    });
  }

  private ownAmong(readied: readonly Readied[]): Promise<Set<string>> {
    const authors = readied.flatMap(({ head: { from, replyTo } }) => [from?.address ?? '', replyTo[0]?.address ?? '']);
    return this.own.among([...new Set(authors)].filter((address) => address !== ''));
  }

  /** Batches with a common message run one after the other: its first bytes are on record before the next ones come. */
  private async inTurn<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    const earlier = ids.flatMap((id) => this.inFlight.get(id) ?? []);
    const running = Promise.all(earlier).then(work);
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    for (const id of ids) this.inFlight.set(id, settled);
    try {
      return await running;
    } finally {
      for (const id of ids) if (this.inFlight.get(id) === settled) this.inFlight.delete(id);
    }
  }

  /**
   * Keeps one blob for each message: that of its first bytes, and none for an erased message: `ensure` returns no key
   * for it.
   */
  private async keep(groups: readonly Readied[][]): Promise<void> {
    const keys = await this.dataKeys.ensure(groups.map(([first]) => messageKey(first!.messageId)));
    reached('intake.keys-made');
    const keyOf = ({ messageId }: Readied): Buffer | undefined => keys.get(messageKey(messageId));
    const kept = groups.map(([first]) => first!).filter((one) => keyOf(one) !== undefined && !one.hasOtherBytes);
    await Promise.all(
      groups
        .flat()
        .filter((one) => !kept.includes(one))
        .map(({ blob }) => this.blobs.discard(blob)),
    );
    await this.blobs.keep(
      kept.map((one) => ({ blob: one.blob, name: one.messageId, key: keyOf(one)! })),
      (blob) => this.mayReplace(blob),
    );
  }

  /** False if the message is on record with other bytes, which the lookup of known messages has not read yet. */
  private async mayReplace({ name, blob }: BlobToKeep): Promise<boolean> {
    const { state } = await this.decide.load(messageStream(name), message);
    return state.status !== 'on-record' || state.hash === blob.hash;
  }

  private async record(
    same: Readied[],
    where: IntakePlace,
    own: ReadonlySet<string>,
    origin: Origin,
  ): Promise<Pick<Stored, 'placed' | 'known'> & { uids: number[]; failed?: string }> {
    const [{ messageId, blob, hasOtherBytes }] = same as [Readied];
    const uids = same.map(({ read }) => read.uid);
    let known = 0;
    let further: Place[] = [];
    try {
      const { state } = await this.decide.on<Message, MessageEvent>(
        messageStream(messageId),
        message,
        origin,
        (state) => {
          const found = this.found(same, where, own);
          known = knownAt(state, found.places);
          further = where.hasReturned && state.status === 'on-record' ? [...found.places] : furtherPlaces(state, found);
          return takeIn(state, found);
        },
        { assumeNew: true },
      );
      // An erasure may have removed the blob a moment before this intake kept it again.
      if (state.status === 'erased') await this.blobs.remove([messageId]);
      if (state.status === 'on-record' && !hasOtherBytes && state.hash !== blob.hash)
        await this.blobs.missing.reportAll([messageId]);
    } catch (error) {
      if (!(error instanceof FactTooLarge)) throw error;
      await this.discardUnrecorded(messageId);
      return { uids, placed: [], known: 0, failed: 'too-many-headers' };
    }
    const flags = new Map(same.map(({ read }) => [read.uid, flagsOf(read.flags)]));
    return { uids, known, placed: further.map(({ uid }) => ({ messageId, uid, ...flags.get(uid)! })) };
  }

  private async discardUnrecorded(messageId: string): Promise<void> {
    const { state } = await this.decide.load(messageStream(messageId), message);
    if (state.status === 'absent') await this.blobs.remove([messageId]);
  }

  private found(
    same: readonly Readied[],
    { accountId, folderId, uidValidity, box, inInbox, settings, importedUpTo }: IntakePlace,
    own: ReadonlySet<string>,
  ): FoundMessage {
    const [{ read, blob, head, messageId }] = same as [Readied];
    const { createContacts, createContactsFrom, createTasks, notify } = settings;
    const places = same.map((one): Place => ({ folderId, uidValidity, uid: one.read.uid }));
    const { hash, size } = blob;
    const { internalDate } = read;
    const flags = flagsOf(read.flags);
    const arrival = read.uid > importedUpTo ? 'new' : 'import';
    return {
      box,
      inInbox,
      places: places as unknown as FoundMessage['places'],
      reactions: { createContacts, createContactsFrom, createTasks, notify },
      content: contentOf({ accountId, messageId, hash, size, head, flags, arrival, internalDate }, this.keys, own),
    };
  }
}

async function* hashing(source: AsyncIterable<Buffer>, body: BodyHash): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    body.update(chunk);
    yield chunk;
  }
}
