import { Injectable } from '@nestjs/common';
import type { OpenAccount } from '../../accounts/account.fold.js';
import type { Imap } from '../../mail/servers/imap.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { reached } from '../../platform/steps.js';
import { ServerFolders } from '../folders/server-folders.js';
import { Places } from '../placing/places.js';
import { KnownFolders } from './known-folders.js';
import { OneWish } from './one-wish.js';
import { PendingWishes, type WishFact } from './pending-wishes.js';
import { settle } from './wish.decider.js';
import { wishesStream } from './wish.events.js';
import { wishes } from './wish.fold.js';
import { wishedAgain } from './wished-again.js';
import { WishOutcome } from './wish-outcome.js';

/** Gives the changes that people made here to the mail server, in their order. The caller holds the account's lease. */
@Injectable()
export class WishRun {
  constructor(
    private readonly decide: Decide,
    private readonly pending: PendingWishes,
    private readonly places: Places,
    private readonly folders: ServerFolders,
  ) {}

  async arePending(accountId: string): Promise<boolean> {
    return (await this.pending.of(accountId)).length > 0;
  }

  /**
   * A repetition after a crash does no harm: it gives again the wishes without an outcome on record.
   * @param looked numbers of wishes for which a look was asked for already
   * @returns true if the caller looks at the folders first: messages moved without a word about their new UIDs, or are
   * not where they were
   * @throws MailServerFailure of the connection, after which the rest of the wishes is still pending
   */
  async apply(
    imap: Imap,
    accountId: string,
    open: OpenAccount,
    origin: Origin,
    signal: AbortSignal,
    looked: Set<number>,
  ): Promise<boolean> {
    const pending = await this.pending.of(accountId);
    if (pending.length === 0) return false;
    const folders = new KnownFolders(
      () => this.folders.lookByPath(imap, { accountId, settings: open.settings, mailbox: open.mailbox }, origin),
      imap,
      open,
    );
    for (const wish of pending) {
      signal.throwIfAborted();
      await this.places.known();
      const outcome = new WishOutcome(accountId, wish.metadata.by);
      const rows = await this.places.ofMessages(wish.data.messageIds);
      await new OneWish(imap, folders, open, rows, outcome, this.places).give(wish);
      if (outcome.isBehind && !looked.has(wish.data.number)) {
        looked.add(wish.data.number);
        return true;
      }
      reached('wish.given');
      const again = wishedAgain(wish, await this.later(accountId, wish, pending));
      await this.decide.on(wishesStream(accountId), wishes, origin, (state) =>
        settle(state, wish.data.number, {
          accountId,
          marked: outcome.marked,
          moved: outcome.moved,
          unmoved: outcome.unmoved,
          removed: outcome.removed,
          refused: outcome.refused,
          ...(again.length > 0 && { again }),
        }),
      );
      reached('wish.settled');
      // Later wishes may be about the same messages, so a look finds their places first.
      if (outcome.moved.some(({ messages }) => messages.some(({ toUid }) => toUid === null))) return true;
    }
    return false;
  }

  /** Wishes after `wish`, also those that came since `pending` was read. */
  private async later(accountId: string, wish: WishFact, pending: readonly WishFact[]): Promise<WishFact[]> {
    const { state } = await this.decide.load(wishesStream(accountId), wishes);
    const all = state.number === pending.at(-1)!.data.number ? pending : await this.pending.of(accountId);
    return all.filter(({ data }) => data.number > wish.data.number);
  }
}
