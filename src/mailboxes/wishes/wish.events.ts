import type { PlacedMessage, Shelf } from '../places.events.js';
import type { Flags, MarkedFlags } from '../../messages/flags.events.js';
import type { Fact, FactShapes } from '../../platform/domain.js';

/** Changes that people made to the mail of an account, for the server to follow. */
export const wishesStream = (accountId: string): string => `wishes-${accountId}`;

interface Counts {
  accountId: string;
  /** number of the last wish, from 1 */
  number: number;
  /** number of the wish up to which the server has all wishes, or has refused them; 0: none */
  settled: number;
}

interface Wish extends Counts {
  /** at most 500 */
  messageIds: string[];
}

/** Messages that the worker moved on the server, with their flags. `toUid` null: the server did not tell. */
export interface MovedMessages {
  from: Shelf;
  to: Shelf;
  messages: (PlacedMessage & Flags & { toUid: number | null })[];
}

/** A wish that the server refused; views show the earlier state again. */
export interface RefusedWish {
  messageIds: string[];
  reason: string;
  /** author of the wish, as in its metadata */
  by: string;
  /** flags as the server has them; absent: the wish was no mark */
  set?: MarkedFlags;
}

/** Changes of a wish that later wishes replace: views show the later ones already. */
export interface WishedAgain {
  messageIds: string[];
  what: ('folder' | keyof MarkedFlags)[];
}

export type WishEvent =
  | Fact<'MessagesMarked', Wish & { set: MarkedFlags }>
  | Fact<'MessagesMoved', Wish & { folderId: string }>
  /** Into the trash of the CRM. `remove`: on the server, too. */
  | Fact<'MessagesDeleted', Wish & { server: 'keep' | 'remove' }>
  | Fact<'MessagesRestored', Wish>
  /**
   * The server has all wishes up to `settled`, but for the refused ones. `marked`, `moved` and `removed` tell the
   * places that changed; `unmoved`: messages that need no move any more; `again`: left as views show it.
   */
  | Fact<
      'WishesSettled',
      Counts & {
        marked: (Shelf & { set: MarkedFlags; messages: PlacedMessage[] })[];
        moved: MovedMessages[];
        unmoved: string[];
        removed: (Shelf & { messages: PlacedMessage[] })[];
        refused: RefusedWish[];
        /** absent: none, or from an earlier release */
        again?: WishedAgain[];
      }
    >;

export const wishFacts: FactShapes<WishEvent> = {
  MessagesMarked: { v: 1 },
  MessagesMoved: { v: 1 },
  MessagesDeleted: { v: 1 },
  MessagesRestored: { v: 1 },
  WishesSettled: { v: 1 },
};
