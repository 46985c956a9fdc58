import { Injectable } from '@nestjs/common';
import type { Settings } from '../../accounts/account.events.js';
import type { Imap } from '../../mail/servers/imap.js';
import type { Box } from '../../messages/message.events.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { reached } from '../../platform/steps.js';
import { cursor } from '../cursor.fold.js';
import { type Listing, moveCursor, type Step, uidsToFetch, uidValidityOf } from '../folders/cursor.decider.js';
import { givenMessages, unlessRefused } from './given-messages.js';
import { cursorStream, type FolderRole } from '../mailbox.events.js';
import { freeBuffer } from '../../platform/blobs/free-buffer.js';
import { MessageIntake, type ReadMessage, type Stored } from '../../messages/message-intake.js';

export interface FetchedFolder {
  accountId: string;
  fetchId: string;
  folderId: string;
  path: string;
  role: FolderRole;
  settings: Settings;
  /** number of the mailbox (`OpenAccount.mailbox`) */
  mailbox: number;
}

/** UIDs between two moves of the cursor. After a crash, a fetch repeats the chunks in flight. */
const CHUNK = 256;
/** Messages from this size on are streamed to the blob store; smaller ones are fetched in batches. */
const LARGE_BYTES = 2 * 1024 * 1024;
/** Maximum raw bytes of a batch. Memory holds the batches being stored, and one being read. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_MESSAGES = 64;
const BATCHES_AT_ONCE = 2;

const boxOf = (role: FolderRole): Box => (role === 'sent' ? 'sent' : role === 'drafts' ? 'draft' : 'received');

/** Takes in one folder: gives a disposition to each message on the server, newest first. */
@Injectable()
export class FolderIntake {
  constructor(
    private readonly decide: Decide,
    private readonly messages: MessageIntake,
  ) {}

  /** @param compared called with the numbers of messages that are listed, to fetch, and counted without being listed */
  async takeIn(
    imap: Imap,
    folder: FetchedFolder,
    origin: Origin,
    signal: AbortSignal,
    compared: (listed: number, found: number, unlisted: number) => Promise<void>,
  ): Promise<void> {
    const uidValidity = uidValidityOf(folder.mailbox, (await imap.open(folder.path)).uidValidity);
    const { uids: listed, wanted, unlisted } = await imap.uids(folder.settings.fetchSince);
    const listing: Listing = { uidValidity, listed, wanted, unlisted };
    const { state } = await this.decide.load(cursorStream(folder.folderId), cursor);
    const uids = uidsToFetch(state, listing);
    await compared(listed.length, uids.length, unlisted);
    reached('fetch.compared');
    // Pipelined: a chunk is read while the one before is being stored. The cursor moves when both are done, in order.
    const where = { ...folder, uidValidity, box: boxOf(folder.role), inInbox: folder.role === 'inbox' };
    const storing = new Storing((batch) => this.messages.store(batch, where, origin));
    const moveBy = async (settled: Promise<Step>): Promise<void> => {
      const step = await settled;
      reached('fetch.before-cursor');
      await this.move(folder, listing, step, origin);
      reached('fetch.after-cursor');
    };
    let moved: Promise<void> = Promise.resolve();
    try {
      for (let at = 0; at < uids.length; at += CHUNK) {
        signal.throwIfAborted();
        const { settled } = await this.readChunk(imap, uids.slice(at, at + CHUNK), storing);
        await moved;
        moved = moveBy(settled);
        moved.catch(() => undefined);
      }
      await moved;
    } finally {
      await Promise.allSettled([storing.ended(), moved]);
    }
    if (uids.length === 0) await this.move(folder, listing, { received: [], known: 0, gone: [], failed: [] }, origin);
  }

  private async move(
    { accountId, folderId, fetchId }: FetchedFolder,
    listing: Listing,
    step: Step,
    origin: Origin,
  ): Promise<void> {
    await this.decide.on(cursorStream(folderId), cursor, origin, (state) =>
      moveCursor(state, { accountId, folderId, fetchId }, listing, step),
    );
  }

  /** Reads a chunk and passes it on to be stored. `settled` resolves to the dispositions of its UIDs. */
  private async readChunk(imap: Imap, uids: number[], storing: Storing): Promise<{ settled: Promise<Step> }> {
    const sizes = await imap.sizes(uids);
    const outcomes: Promise<Stored>[] = [];
    const missing = new Set(uids);
    const pass = async (batch: ReadMessage[]): Promise<void> => {
      for (const { uid } of batch) missing.delete(uid);
      outcomes.push((await storing.take(batch)).outcome);
    };
    for (const group of inGroups(uids, sizes)) {
      let batch: ReadMessage[] = [];
      for await (const message of givenMessages(imap, group)) {
        batch.push(message);
        if (batch.length < BATCH_MESSAGES) continue;
        await pass(batch);
        batch = [];
      }
      await pass(batch);
    }
    for (const [uid, size] of sizes)
      if (size >= LARGE_BYTES)
        await unlessRefused(async () => {
          const described = await imap.described(uid);
          if (!described) return;
          outcomes.push(Promise.resolve(await storing.now([{ ...described, source: imap.body(uid, size) }])));
          missing.delete(uid);
        });
    const rest = await this.accountForTheRest(imap, [...missing]);
    const settled = Promise.all(outcomes).then((stored) => stepOf(stored, rest));
    settled.catch(() => undefined);
    return { settled };
  }

  /** Missing UIDs: deleted on the server, or listed and not given by the server. */
  private async accountForTheRest(imap: Imap, missing: number[]): Promise<Pick<Step, 'gone' | 'failed'>> {
    if (missing.length === 0) return { gone: [], failed: [] };
    const still = new Set(await imap.listed(missing));
    return {
      gone: missing.filter((uid) => !still.has(uid)),
      failed: missing.filter((uid) => still.has(uid)).map((uid) => ({ uid, reason: 'not-given-by-server' })),
    };
  }
}

const stepOf = (stored: readonly Stored[], { gone, failed }: Pick<Step, 'gone' | 'failed'>): Step => ({
  received: stored.flatMap((each) => each.received),
  known: stored.reduce((sum, each) => sum + each.known, 0),
  gone,
  failed: [...stored.flatMap((each) => each.failed), ...failed],
});

/** Stores few batches at a time: back-pressure on reading keeps memory bounded. */
class Storing {
  private readonly running = new Set<Promise<Stored>>();
  private failure: { error: unknown } | undefined;

  constructor(private readonly store: (batch: ReadMessage[]) => Promise<Stored>) {}

  /** Waits for room, then owns the bytes of the batch and frees them. @throws the error of an earlier batch */
  async take(batch: ReadMessage[]): Promise<{ outcome: Promise<Stored> }> {
    while (this.running.size >= BATCHES_AT_ONCE) await Promise.race(this.running).catch(() => undefined);
    if (this.failure) throw this.failure.error;
    const outcome = this.store(batch).finally(() => {
      this.running.delete(outcome);
      for (const { source } of batch) if (Buffer.isBuffer(source)) freeBuffer(source);
    });
    this.running.add(outcome);
    outcome.catch((error: unknown) => (this.failure = { error }));
    return { outcome };
  }

  /** Stores a streamed message while it is being read, without a limit. */
  now(batch: ReadMessage[]): Promise<Stored> {
    return this.store(batch);
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.running);
  }
}

/** Groups of small messages in the given order, each up to BATCH_BYTES. */
function inGroups(uids: readonly number[], sizes: ReadonlyMap<number, number>): number[][] {
  const groups: number[][] = [];
  let bytes = Infinity;
  for (const uid of uids) {
    const size = sizes.get(uid);
    if (size === undefined || size >= LARGE_BYTES) continue;
    if (bytes + size > BATCH_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(uid);
    bytes += size;
  }
  return groups;
}
