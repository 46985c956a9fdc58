import { Injectable } from '@nestjs/common';
import type { FlagChange } from '../../messages/flags.events.js';
import type { Recorded } from '../../platform/log/fact-log.js';
import { FactLog } from '../../platform/log/fact-log.js';
import type { PendingMarks } from '../looking/reconcile.js';
import { type WishEvent, wishesStream } from './wish.events.js';

export type WishFact = Exclude<WishEvent, { type: 'WishesSettled' }> & Pick<Recorded, 'metadata'>;

/** Facts of one read, backwards. */
const PAGE = 50;

/** Wishes that the server does not have yet, in their order. */
@Injectable()
export class PendingWishes {
  constructor(private readonly log: FactLog) {}

  async of(accountId: string): Promise<WishFact[]> {
    const found: WishFact[] = [];
    let settled: number | undefined;
    for (let from: number | undefined; ;) {
      const page = await Array.fromAsync(
        this.log.read(wishesStream(accountId), { backwards: true, limit: PAGE, ...(from !== undefined && { from }) }),
      );
      for (const fact of page as unknown as (WishEvent & Recorded)[]) {
        settled ??= fact.data.settled;
        if (fact.data.number <= settled) return found;
        if (fact.type !== 'WishesSettled') found.unshift(fact);
      }
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined || last.revision === 0) return found;
      from = last.revision - 1;
    }
  }

  /** Flags with a pending wish, by message. */
  async marks(accountId: string): Promise<PendingMarks> {
    const marks = new Map<string, FlagChange>();
    for (const { type, data } of await this.of(accountId))
      if (type === 'MessagesMarked') for (const id of data.messageIds) marks.set(id, { ...marks.get(id), ...data.set });
    return marks;
  }
}
