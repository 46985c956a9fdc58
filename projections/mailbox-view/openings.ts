import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { OPENINGS_OF_ONE, WAITING_OPENINGS_OF_ONE } from '../../src/platform/http/quotas.js';

/** Reads only a few messages of one person side by side, so that nobody takes all threads that read messages. */
@Injectable()
export class Openings {
  private readonly queues = new Map<string, LimitFunction>();

  /** @throws Refused 429 while too many messages of the caller wait already */
  async inTurn<T>({ origin: { by } }: Pick<Caller, 'origin'>, open: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(by) ?? pLimit(OPENINGS_OF_ONE);
    if (queue.pendingCount >= WAITING_OPENINGS_OF_ONE)
      throw new Refused(
        'too-many-openings',
        'too-many',
        `${WAITING_OPENINGS_OF_ONE} messages that you opened are still waiting. Try again in a few seconds.`,
        { retryAfter: 2 },
      );
    this.queues.set(by, queue);
    try {
      return await queue(open);
    } finally {
      if (queue.activeCount + queue.pendingCount === 0) this.queues.delete(by);
    }
  }
}
