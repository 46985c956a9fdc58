import { Injectable } from '@nestjs/common';
import type { Settings } from '../../accounts/account.events.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import type { Box } from '../../messages/message.events.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { reached } from '../../platform/steps.js';
import { cursor, type Cursor } from '../cursor.fold.js';
import { type Compared, FolderComparison, type Left } from '../looking/folder-comparison.js';
import {
  importedUpTo,
  type Listing,
  moveCursor,
  type Step,
  uidsToFetch,
  uidValidityOf,
} from '../folders/cursor.decider.js';
import { givenMessages, unlessRefused } from './given-messages.js';
import { cursorStream, type FolderRole } from '../mailbox.events.js';
import { DraftCopies } from '../../messages/draft-copies.js';
import { MessageIntake, type ReadMessage, type Stored } from '../../messages/message-intake.js';
import { inGroups, LARGE_BYTES } from './message-groups.js';
import { Places } from '../placing/places.js';
import type { Patience } from './patience.js';
import { Storing } from './storing.js';
import type { Suspects } from './suspects.js';

export interface FetchedFolder {
  accountId: string;
  /** null: a look that no person asked for */
  fetchId: string | null;
  folderId: string;
  path: string;
  role: FolderRole;
  settings: Settings;
  /** number of the mailbox (`OpenAccount.mailbox`) */
  mailbox: number;
}

/**
 * UIDs between two moves of the cursor. After a crash, a fetch repeats the chunks in flight. After a break of the
 * connection it repeats nothing: the cursor covers each message that was read whole.
 */
const CHUNK = 256;
const BATCH_MESSAGES = 64;

const NO_UIDS: ReadonlySet<number> = new Set();
const NOTHING: Step = { received: [], known: 0, gone: [], failed: [] };

/** `placed`: messages on record that are in the folder too. */
type ReadStep = Step & Pick<Stored, 'placed'>;

export const boxOf = (role: FolderRole): Box => (role === 'sent' ? 'sent' : role === 'drafts' ? 'draft' : 'received');

/** Progress of a folder, for the caller. */
export interface IntakeProgress {
  /** the numbers of messages that are listed, to fetch, and counted without being listed */
  compared(listed: number, found: number, unlisted: number): Promise<void>;
  /** the cursor covers further messages */
  advanced(): void;
  /** Between two chunks. @returns true if wishes were given, so that the folder may have changed */
  between(): Promise<boolean>;
  readonly patience: Patience;
  readonly suspects: Suspects;
}

/** `end`: called once `left` is recorded. */
export interface LookedAt {
  left: Left[];
  end(): Promise<void>;
}

/** True if the folder has no change, and no message without a disposition. */
const isUnchanged = ({ way, last, fetchSince, uidValidity }: Compared, state: Cursor): boolean =>
  way.strategy === 'none' &&
  last?.fetchSince === fetchSince &&
  state.uidValidity === uidValidity &&
  state.outstanding === 0 &&
  Object.keys(state.failed).length === 0;

/** Takes in one folder: gives a disposition to each message on the server, newest first. */
@Injectable()
export class FolderIntake {
  constructor(
    private readonly decide: Decide,
    private readonly messages: MessageIntake,
    private readonly places: Places,
    private readonly comparison: FolderComparison,
    private readonly draftCopies: DraftCopies,
  ) {}

  /**
   * Returns the messages that left the folder.
   * @throws MailServerFailure of the connection, once the cursor covers all messages that it gave
   */
  async takeIn(
    imap: Imap,
    folder: FetchedFolder,
    origin: Origin,
    signal: AbortSignal,
    progress: IntakeProgress,
  ): Promise<LookedAt> {
    const opened = await imap.open(folder.path);
    const uidValidity = uidValidityOf(folder.mailbox, opened.uidValidity);
    const { fetchSince } = folder.settings;
    const compared = await this.comparison.begin(imap, { ...folder, uidValidity, fetchSince }, opened);
    const { state } = await this.decide.load(cursorStream(folder.folderId), cursor);
    const end = (): Promise<void> => this.comparison.end(compared);
    if (isUnchanged(compared, state)) {
      await progress.compared(opened.exists, 0, 0);
      return { left: [], end };
    }
    const { uids: listed, wanted, unlisted } = await imap.uids(fetchSince);
    const listing: Listing = { uidValidity, listed, wanted, unlisted };
    const shelf = { folderId: folder.folderId, uidValidity };
    const hasReturned = await this.hasReturned(compared, state);
    const isForDrafts = folder.role === 'drafts';
    if (isForDrafts) await this.draftCopies.renumbered(shelf);
    const toFetch = uidsToFetch(hasReturned ? { ...state, done: '' } : state, listing);
    const ours = isForDrafts ? await this.draftCopies.at(shelf, toFetch) : NO_UIDS;
    const { open: withoutDisposition, moved } = await this.places.withoutOurs(
      shelf,
      toFetch.filter((uid) => !ours.has(uid)),
    );
    const movedHere = [...ours, ...moved];
    const uids = progress.suspects.without(withoutDisposition);
    if (movedHere.length > 0)
      await this.move(folder, listing, { ...NOTHING, received: movedHere, known: movedHere.length }, origin);
    await progress.compared(listed.length, uids.length, unlisted);
    reached('fetch.compared');
    // Pipelined: a chunk is read while the one before is being stored. The cursor moves when both are done, in order.
    const { role } = folder;
    const where = {
      ...folder,
      uidValidity,
      importedUpTo: importedUpTo(state, listing),
      box: boxOf(role),
      inInbox: role === 'inbox',
      hasReturned,
    };
    const storing = new Storing((batch) => this.messages.store(batch, where, origin));
    const moveBy = async (settled: Promise<ReadStep>): Promise<void> => {
      const step = await settled;
      await this.places.place(where, where.box, step.placed, origin);
      reached('fetch.before-cursor');
      await this.move(folder, listing, step, origin);
      if (step.received.length + step.gone.length + step.failed.length > 0) progress.advanced();
      reached('fetch.after-cursor');
    };
    let cursorMoved: Promise<void> = Promise.resolve();
    let gave = false;
    try {
      for (let at = 0; at < uids.length; at += CHUNK) {
        signal.throwIfAborted();
        const chunk = uids.slice(at, at + CHUNK);
        const { settled, broken } = await this.readChunk(imap, chunk, storing, progress);
        await cursorMoved;
        cursorMoved = moveBy(settled);
        cursorMoved.catch(() => undefined);
        if (broken) {
          await cursorMoved;
          throw broken.error;
        }
        if (at + CHUNK < uids.length && (await progress.between())) gave = true;
      }
      await cursorMoved;
    } finally {
      await Promise.allSettled([storing.ended(), cursorMoved]);
    }
    if (uids.length === 0) await this.move(folder, listing, NOTHING, origin);
    // No comparison with answers of the server that are older than our own change.
    const now = gave ? await imap.uids(fetchSince) : { uids: listed, unlisted };
    if (isForDrafts && now.unlisted === 0) await this.draftCopies.compare(shelf, now.uids, opened.uidNext);
    return { left: await this.comparison.compare(imap, compared, now.unlisted > 0 ? null : now.uids, origin), end };
  }

  /** True for a folder that was gone: its messages left it, and the cursor still has all their UIDs as done. */
  private async hasReturned({ last, folderId, uidValidity }: Compared, state: Cursor): Promise<boolean> {
    if (last || state.uidValidity !== uidValidity || state.received === 0) return false;
    await this.places.known();
    return (await this.places.atEnds({ folderId, uidValidity }, 1)).length === 0;
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

  /**
   * Reads a chunk and passes it on to be stored. `settled` resolves to the dispositions of its UIDs; `broken` has the
   * error that ended the reading, and the UIDs behind it have no disposition.
   */
  private async readChunk(
    imap: Imap,
    uids: number[],
    storing: Storing,
    { patience, suspects }: IntakeProgress,
  ): Promise<{ settled: Promise<ReadStep>; broken?: { error: unknown } }> {
    const sizes = await imap.sizes(uids);
    const outcomes: Promise<Stored>[] = [];
    const missing = new Set(uids);
    let asked: readonly number[] = uids;
    const pass = async (batch: ReadMessage[]): Promise<void> => {
      for (const { uid } of batch) missing.delete(uid);
      if (batch.length > 0) patience.renew();
      outcomes.push((await storing.take(batch)).outcome);
    };
    const settledWith = (rest: Pick<Step, 'gone' | 'failed'>): Promise<ReadStep> => {
      const settled = Promise.all(outcomes).then((stored) => stepOf(stored, rest));
      settled.catch(() => undefined);
      return settled;
    };
    try {
      const groups = inGroups(uids, sizes);
      for (const group of suspects.oneByOne ? groups.flat().map((uid) => [uid]) : groups) {
        patience.check();
        asked = group;
        await this.readGroup(imap, group, pass);
      }
      for (const [uid, size] of sizes) {
        if (size < LARGE_BYTES) continue;
        patience.check();
        asked = [uid];
        await unlessRefused(imap, async () => {
          const described = await imap.described(uid);
          if (!described) return;
          const source = renewing(patience, imap.body(uid, size));
          outcomes.push(Promise.resolve(await storing.now([{ ...described, source }])));
          missing.delete(uid);
        });
      }
      return { settled: settledWith(await this.accountForTheRest(imap, [...missing])) };
    } catch (error) {
      if (!imap.lost && !(error instanceof MailServerFailure)) throw error;
      const gave = missing.size < uids.length;
      const [at] = asked.length === 1 ? asked.filter((uid) => missing.has(uid)) : [];
      const failed = suspects.ended(gave, at).map((uid) => ({ uid, reason: 'connection-lost' }));
      return { settled: settledWith({ gone: [], failed }), broken: { error } };
    }
  }

  /** Passes on also a batch that the end of the connection cuts short. */
  private async readGroup(imap: Imap, group: number[], pass: (batch: ReadMessage[]) => Promise<void>): Promise<void> {
    let batch: ReadMessage[] = [];
    try {
      for await (const message of givenMessages(imap, group)) {
        batch.push(message);
        if (batch.length < BATCH_MESSAGES) continue;
        const full = batch;
        batch = [];
        await pass(full);
      }
    } finally {
      await pass(batch);
    }
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

async function* renewing(patience: Patience, pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const piece of pieces) {
    patience.renew();
    yield piece;
  }
}

const stepOf = (stored: readonly Stored[], { gone, failed }: Pick<Step, 'gone' | 'failed'>): ReadStep => ({
  received: stored.flatMap((each) => each.received),
  placed: stored.flatMap((each) => each.placed),
  known: stored.reduce((sum, each) => sum + each.known, 0),
  gone,
  failed: [...stored.flatMap((each) => each.failed), ...failed],
});
