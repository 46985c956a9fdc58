import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { wish } from '../mailboxes/wishes/wish.decider.js';
import { wishesStream } from '../mailboxes/wishes/wish.events.js';
import { wishes } from '../mailboxes/wishes/wish.fold.js';
import type { MarkedFlags } from '../messages/flags.events.js';
import { messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { sentIn } from './sending.decider.js';

/** Marks the message that an outgoing one answers or forwards, once that has left. */
export class MarkOriginal extends Command<void> {
  constructor(
    readonly messageId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(MarkOriginal)
export class MarkOriginalHandler implements ICommandHandler<MarkOriginal> {
  constructor(private readonly decide: Decide) {}

  async execute({ messageId, origin }: MarkOriginal): Promise<void> {
    const { state } = await this.decide.load(messageStream(messageId), message);
    const sent = sentIn(state, messageId);
    if (sent === null) return;
    const { answers, forwards, purpose } = sent.sending.request;
    if (purpose !== 'person') return;
    if (answers !== null) await this.mark(answers, { answered: true }, origin);
    if (forwards !== null) await this.mark(forwards, { forwarded: true }, origin);
  }

  private async mark(id: string, set: MarkedFlags, origin: Origin): Promise<void> {
    const { state } = await this.decide.load(messageStream(id), message);
    if (state.status !== 'on-record') return;
    const { accountId } = state;
    await this.decide.on(wishesStream(accountId), wishes, origin, (now) =>
      wish(now, [{ type: 'MessagesMarked', data: { accountId, messageIds: [id], set } }]),
    );
  }
}
