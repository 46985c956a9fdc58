import type { PlacementRow } from '../placing/placements.js';
import type { MovedMessages, RefusedWish, WishEvent } from './wish.events.js';
import type { MarkedFlags } from '../../messages/flags.events.js';
import type { Shelf } from '../places.events.js';

type Outcome = Omit<Extract<WishEvent, { type: 'WishesSettled' }>['data'], 'number' | 'settled'>;

/** Outcome of one wish, place by place. */
export class WishOutcome implements Outcome {
  readonly marked: Outcome['marked'] = [];
  readonly moved: MovedMessages[] = [];
  readonly unmoved: string[] = [];
  readonly removed: Outcome['removed'] = [];
  readonly refused: RefusedWish[] = [];
  /** true if messages have left the places on record: a look finds where they are */
  isBehind = false;

  constructor(
    readonly accountId: string,
    /** author of the wish */
    private readonly by: string,
  ) {}

  mark({ folderId, uidValidity }: Shelf, set: MarkedFlags, rows: readonly PlacementRow[]): void {
    const messages = rows.map(({ messageId, uid }) => ({ messageId, uid }));
    this.marked.push({ folderId, uidValidity, set, messages });
  }

  move(
    { folderId, uidValidity }: Shelf,
    to: Shelf,
    rows: readonly PlacementRow[],
    uids: ReadonlyMap<number, number>,
  ): void {
    const messages = rows.map(({ messageId, uid, seen, flagged, answered, forwarded, deleted }) => ({
      messageId,
      uid,
      seen,
      flagged,
      answered,
      forwarded,
      deleted,
      toUid: uids.get(uid) ?? null,
    }));
    this.moved.push({ from: { folderId, uidValidity }, to, messages });
  }

  remove({ folderId, uidValidity }: Shelf, rows: readonly PlacementRow[]): void {
    const messages = rows.map(({ messageId, uid }) => ({ messageId, uid }));
    this.removed.push({ folderId, uidValidity, messages });
  }

  refuse(messageIds: readonly string[], reason: string, set?: MarkedFlags): void {
    if (messageIds.length > 0)
      this.refused.push({ messageIds: [...messageIds], reason, by: this.by, ...(set && { set }) });
  }
}
