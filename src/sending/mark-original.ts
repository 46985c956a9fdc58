import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MessageMarks } from '../mailboxes/wishes/message-marks.js';
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
  constructor(
    private readonly decide: Decide,
    private readonly marks: MessageMarks,
  ) {}

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
    await this.marks.set(state.accountId, id, set, origin);
  }
}
