import type { OpenAccount } from '../../accounts/account.fold.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import type { MarkedFlags } from '../../messages/flags.events.js';
import { toStore } from '../../messages/imap-flags.js';
import { uidValidityOf } from '../folders/cursor.decider.js';
import { inboxIdOf } from '../mailbox.events.js';
import type { Shelf } from '../places.events.js';
import type { Places } from '../placing/places.js';
import type { PlacementRow } from '../placing/placements.js';
import type { KnownFolder, KnownFolders } from './known-folders.js';
import type { WishFact } from './pending-wishes.js';
import type { WishOutcome } from './wish-outcome.js';

/** One wish at the server. */
export class OneWish {
  constructor(
    private readonly imap: Imap,
    private readonly folders: KnownFolders,
    private readonly account: OpenAccount,
    /** places of the messages */
    private readonly rows: readonly PlacementRow[],
    private readonly outcome: WishOutcome,
    private readonly places: Pick<Places, 'at'>,
  ) {}

  async give(wish: WishFact): Promise<void> {
    switch (wish.type) {
      case 'MessagesMarked':
        return this.mark(wish.data.set);
      case 'MessagesMoved':
        return this.moveTo(wish.data.messageIds, await this.folders.byId(wish.data.folderId));
      case 'MessagesDeleted':
        return wish.data.server === 'remove' ? this.remove() : undefined;
      case 'MessagesRestored':
        return this.restore();
      default:
        return wish satisfies never;
    }
  }

  private async mark(set: MarkedFlags): Promise<void> {
    const flags = Object.keys(set) as (keyof MarkedFlags)[];
    const rows = this.rows.filter((row) => flags.some((flag) => row[flag] !== set[flag]));
    const earlier = (row: PlacementRow): MarkedFlags => Object.fromEntries(flags.map((flag) => [flag, row[flag]]));
    const mark = async (shelf: Shelf, here: readonly PlacementRow[]): Promise<void> => {
      const there = new Set(await this.imap.listed(uidsOf(here)));
      const marking = here.filter(({ uid }) => there.has(uid));
      if (marking.length < here.length) this.outcome.isBehind = true;
      if (marking.length === 0) return;
      await this.imap.mark(uidsOf(marking), toStore(set));
      this.outcome.mark(shelf, set, marking);
    };
    const refused: { here: readonly PlacementRow[]; reason: string }[] = [];
    await this.eachShelf(rows, mark, (here, reason) => void refused.push({ here, reason }));
    // A message with one marked place is marked: another place may be gone from the server.
    const marked = new Set(this.outcome.marked.flatMap(({ messages }) => messages.map(({ messageId }) => messageId)));
    for (const { here: all, reason } of refused) {
      const here = all.filter(({ messageId }) => !marked.has(messageId));
      for (const same of grouped(here, (row) => JSON.stringify(earlier(row))).values())
        this.outcome.refuse(idsOf(same), reason, earlier(same[0]!));
    }
  }

  /** Moves each message out of one folder. A message that lies in several folders stays in the others. */
  private async moveTo(messageIds: readonly string[], target: KnownFolder | undefined): Promise<void> {
    if (!target) return this.outcome.refuse(messageIds, 'folder-not-found');
    const moving: PlacementRow[] = [];
    for (const messageId of messageIds) {
      const rows = this.rows.filter((row) => row.messageId === messageId);
      if (rows.some(({ folderId }) => folderId === target.folderId)) this.outcome.unmoved.push(messageId);
      else if (rows.length === 0) this.outcome.refuse([messageId], 'not-on-server');
      else moving.push(...(await this.folders.mainFolder(rows)));
    }
    await this.move(moving, target);
  }

  private async remove(): Promise<void> {
    const trash = await this.folders.trash();
    const rows = this.rows.filter(({ folderId }) => folderId !== trash?.folderId);
    if (trash) return this.move(rows, trash);
    await this.eachShelf(rows, async (shelf, here) => {
      await this.imap.remove(uidsOf(here));
      this.outcome.remove(shelf, here);
    });
  }

  /** Out of the trash of the server, back into the folder from which we moved each message. */
  private async restore(): Promise<void> {
    const trash = await this.folders.trash();
    const rows = this.rows.filter(({ folderId }) => folderId === trash?.folderId);
    const inbox = inboxIdOf(this.outcome.accountId);
    for (const [folderId, same] of grouped(rows, ({ cameFrom }) => cameFrom ?? inbox)) {
      const target = (await this.folders.byId(folderId)) ?? (await this.folders.byId(inbox));
      if (target) await this.move(same, target);
    }
  }

  private async move(rows: readonly PlacementRow[], target: KnownFolder): Promise<void> {
    await this.eachShelf(rows, async (shelf, here) => {
      const uids = uidsOf(here);
      const there = new Set(await this.imap.listed(uids));
      const moving = here.filter(({ uid }) => there.has(uid));
      const copies = this.imap.abilities.move ? NO_COPIES : await this.copiesOf(shelf, moving, target);
      if (copies.uids.size > 0) await this.imap.remove([...copies.uids.keys()]);
      const rest = uidsOf(moving).filter((uid) => !copies.uids.has(uid));
      const moved = rest.length > 0 ? await this.imap.move(rest, target.path) : null;
      const uidValidity = uidValidityOf(this.account.mailbox, moved?.uidValidity ?? copies.uidValidity);
      const fresh = new Map([...copies.uids, ...(moved?.uids ?? [])]);
      this.outcome.move(shelf, { folderId: target.folderId, uidValidity }, here, fresh);
    });
  }

  /**
   * Copies that an interrupted move left in the target folder of a server without MOVE: old to new UID. A copy has the
   * same header fields and size, and is not on record as another message: anybody can repeat a Message-ID.
   */
  private async copiesOf(shelf: Shelf, rows: readonly PlacementRow[], target: KnownFolder): Promise<Copies> {
    const fields = await this.imap.sentFields(uidsOf(rows));
    const { uidValidity } = await this.imap.open(target.path);
    const there = { folderId: target.folderId, uidValidity: uidValidityOf(this.account.mailbox, uidValidity) };
    const uids = new Map<number, number>();
    for (const { uid, size, header } of fields) {
      const [, messageId] = MESSAGE_ID.exec(header.toString('latin1')) ?? [];
      const found = messageId === undefined ? [] : (await this.imap.withMessageId(messageId)).slice(-MOST_COMPARED);
      const onRecord = new Set((await this.places.at(there, found)).map((place) => place.uid));
      const copy = (await this.imap.sentFields(found)).find(
        (one) => one.size === size && one.header.equals(header) && !onRecord.has(one.uid),
      );
      if (copy) uids.set(uid, copy.uid);
    }
    await this.imap.open((await this.folders.byId(shelf.folderId))!.path, { write: true });
    return { uidValidity, uids };
  }

  /**
   * Opens each folder of the rows for changes. Messages in a folder that is gone, or under another UIDVALIDITY, are not
   * known to be there: a look finds them, and the wish is given again.
   */
  private async eachShelf(
    rows: readonly PlacementRow[],
    act: (shelf: Shelf, here: readonly PlacementRow[]) => Promise<void>,
    refuse = (here: readonly PlacementRow[], reason: string): void => this.outcome.refuse(idsOf(here), reason),
  ): Promise<void> {
    for (const here of grouped(rows, ({ folderId, uidValidity }) => `${folderId} ${uidValidity}`).values()) {
      const { folderId, uidValidity } = here[0]!;
      const folder = await this.folders.byId(folderId);
      try {
        const opened = folder && (await this.imap.open(folder.path, { write: true }));
        if (opened && uidValidityOf(this.account.mailbox, opened.uidValidity) === uidValidity)
          await act({ folderId, uidValidity }, here);
        else {
          this.outcome.isBehind = true;
          refuse(here, 'changed-on-server');
        }
      } catch (error) {
        if (!(error instanceof MailServerFailure) || error.reason !== 'refused-by-server' || this.imap.lost)
          throw error;
        refuse(here, error.reason);
      }
    }
  }
}

interface Copies {
  uidValidity: string;
  uids: ReadonlyMap<number, number>;
}

const NO_COPIES: Copies = { uidValidity: '', uids: new Map() };
/** Messages of the target folder with one Message-ID that are compared. */
const MOST_COMPARED = 10;
const MESSAGE_ID = /^message-id:\s*(<[^>\r\n]+>)/im;

const uidsOf = (rows: readonly PlacementRow[]): number[] => rows.map(({ uid }) => uid);
const idsOf = (rows: readonly PlacementRow[]): string[] => [...new Set(rows.map(({ messageId }) => messageId))];

const grouped = (rows: readonly PlacementRow[], keyOf: (row: PlacementRow) => string): Map<string, PlacementRow[]> =>
  Map.groupBy(rows, keyOf);
