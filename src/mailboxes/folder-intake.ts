import { Injectable } from '@nestjs/common';
import type { Settings } from '../accounts/account.events.js';
import type { Imap } from '../mail/imap.js';
import type { Box } from '../messages/message.events.js';
import { Decide, type Origin } from '../platform/decide.js';
import { reached } from '../platform/kill-points.js';
import { cursor, type Listing, moveCursor, type Step, uidsToFetch } from './cursor.decider.js';
import { givenMessages, unlessRefused } from './given-messages.js';
import { cursorStream, type FolderRole } from './mailbox.events.js';
import { MessageIntake, type ReadMessage } from './message-intake.js';

export interface FetchedFolder {
  accountId: string;
  fetchId: string;
  folderId: string;
  path: string;
  role: FolderRole;
  settings: Settings;
}

/** UIDs between two moves of the cursor: what a crash makes us look at again. */
const CHUNK = 256;
/** Larger messages are streamed to the blob store, smaller ones come pipelined. */
const LARGE_BYTES = 2 * 1024 * 1024;
/** Raw bytes in memory at a time: of what is being stored, and of what is being read meanwhile. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_MESSAGES = 128;

const boxOf = (role: FolderRole): Box => (role === 'sent' ? 'sent' : role === 'drafts' ? 'draft' : 'received');

/** Takes in one folder: every message that the server shows gets a disposition, newest first. */
@Injectable()
export class FolderIntake {
  constructor(
    private readonly decide: Decide,
    private readonly messages: MessageIntake,
  ) {}

  /** @param compared told how many messages the server shows and how many of them are new */
  async takeIn(
    imap: Imap,
    folder: FetchedFolder,
    origin: Origin,
    signal: AbortSignal,
    compared: (onServer: number, found: number) => Promise<void>,
  ): Promise<void> {
    const { uidValidity } = await imap.open(folder.path);
    const listed = await imap.uids();
    const wanted = folder.settings.fetchSince === null ? listed : await imap.uids(folder.settings.fetchSince);
    const listing: Listing = { uidValidity, listed, wanted };
    const { state } = await this.decide.load(cursorStream(folder.folderId), cursor, 1);
    const uids = uidsToFetch(state, listing);
    await compared(listed.length, uids.length);
    reached('fetch.compared');
    for (let at = 0; at < uids.length; at += CHUNK) {
      signal.throwIfAborted();
      const step = await this.takeInChunk(imap, folder, uidValidity, uids.slice(at, at + CHUNK), origin);
      reached('fetch.before-cursor');
      await this.move(folder, listing, step, origin);
      reached('fetch.after-cursor');
    }
    if (uids.length === 0) await this.move(folder, listing, { received: [], known: 0, gone: [], failed: [] }, origin);
  }

  private async move(
    { accountId, folderId, fetchId }: FetchedFolder,
    listing: Listing,
    step: Step,
    origin: Origin,
  ): Promise<void> {
    await this.decide.on(
      cursorStream(folderId),
      cursor,
      origin,
      (state) => moveCursor(state, { accountId, folderId, fetchId }, listing, step),
      {
        last: 1,
      },
    );
  }

  /** The next messages are read while those before are being stored. */
  private async takeInChunk(
    imap: Imap,
    folder: FetchedFolder,
    uidValidity: string,
    uids: number[],
    origin: Origin,
  ): Promise<Step> {
    const sizes = await imap.sizes(uids);
    const step: Step = { received: [], known: 0, gone: [], failed: [] };
    const store = async (batch: ReadMessage[]): Promise<void> => {
      const stored = await this.messages.store(batch, { ...folder, uidValidity, box: boxOf(folder.role) }, origin);
      step.received.push(...stored.received);
      step.known += stored.known;
      step.failed.push(...stored.failed);
    };
    let storing: Promise<void> = Promise.resolve();
    try {
      for (const group of inGroups(uids, sizes)) {
        let batch: ReadMessage[] = [];
        for await (const message of givenMessages(imap, group)) {
          batch.push({ ...message, source: message.raw });
          if (batch.length < BATCH_MESSAGES) continue;
          const full = batch;
          batch = [];
          await storing;
          storing = store(full);
        }
        await storing;
        storing = store(batch);
      }
      await storing;
      for (const [uid, size] of sizes)
        if (size >= LARGE_BYTES)
          await unlessRefused(async () => {
            const meta = await imap.meta(uid);
            if (meta) await store([{ ...meta, source: imap.body(uid, size) }]);
          });
    } finally {
      await storing.catch(() => undefined);
    }
    await this.accountForTheRest(imap, uids, step);
    return step;
  }

  /** A UID that did not come is gone from the server, or the server shows it and does not give it. */
  private async accountForTheRest(imap: Imap, uids: number[], step: Step): Promise<void> {
    const settled = new Set([...step.received, ...step.failed.map(({ uid }) => uid)]);
    const missing = uids.filter((uid) => !settled.has(uid));
    if (missing.length === 0) return;
    const still = new Set(await imap.listed(missing));
    for (const uid of missing)
      if (still.has(uid)) step.failed.push({ uid, reason: 'not-given-by-server' });
      else step.gone.push(uid);
  }
}

/** Small messages in the order given, as many at a time as fit into memory. */
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
