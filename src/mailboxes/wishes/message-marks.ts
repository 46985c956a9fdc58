import { Injectable } from '@nestjs/common';
import type { MarkedFlags } from '../../messages/flags.events.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { wish } from './wish.decider.js';
import { wishesStream } from './wish.events.js';
import { wishes } from './wish.fold.js';

/** Marks that the service itself sets on messages, on the mail server too. */
@Injectable()
export class MessageMarks {
  constructor(private readonly decide: Decide) {}

  async set(accountId: string, messageId: string, set: MarkedFlags, origin: Origin): Promise<void> {
    await this.decide.on(wishesStream(accountId), wishes, origin, (state) =>
      wish(state, [{ type: 'MessagesMarked', data: { accountId, messageIds: [messageId], set } }]),
    );
  }
}
