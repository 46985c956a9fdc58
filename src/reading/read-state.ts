import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { type Position, START } from '../platform/log/event-store.js';
import { KnownMarks } from './known-marks.js';
import { mark } from './reading.decider.js';
import { MOST_MESSAGES, readingStream } from './reading.events.js';
import { marks } from './reading.fold.js';

interface Marking {
  accountId: string;
  /** any number, of this account; the caller may read them */
  messageIds: readonly string[];
  isRead: boolean;
}

/** Messages that a person has read. A service that acts as itself has read none. */
@Injectable()
export class ReadState {
  constructor(
    private readonly decide: Decide,
    private readonly known: KnownMarks,
  ) {}

  /** Marks messages as read or unread by the caller. Returns the position that shows the marks. */
  async mark(
    { actor, userId, accounts }: Pick<Caller, 'actor' | 'userId' | 'accounts'>,
    { accountId, messageIds, isRead }: Marking,
    origin: Origin,
  ): Promise<Position> {
    let position = START;
    if (userId === null) return position;
    const opens = actor.role === 'administrator' && !accounts.has(accountId);
    const stream = readingStream(accountId, userId);
    for (let n = 0; n < messageIds.length; n += MOST_MESSAGES) {
      const some = messageIds.slice(n, n + MOST_MESSAGES);
      const known = await this.known.of(accountId, userId, some);
      const asked = { accountId, userId, messageIds: some, isRead, opens };
      const decided = await this.decide.on(stream, marks, origin, (state) => mark(state, asked), { known });
      if (decided.position > position) position = decided.position;
    }
    return position;
  }
}
