import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { type MessageEvent, messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { poolOf } from '../platform/database/database.js';
import { awaitingAnswer } from './pending-sends.js';
import { cancelIfPossible, sentIn } from './sending.decider.js';

/** Cancels queued messages that were to leave only without an answer. */
export class CancelAnswered extends Command<void> {
  constructor(
    readonly keys: readonly string[],
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(CancelAnswered)
export class CancelAnsweredHandler implements ICommandHandler<CancelAnswered> {
  constructor(
    private readonly decide: Decide,
    private readonly database: DataSource,
  ) {}

  async execute({ keys, origin }: CancelAnswered): Promise<void> {
    for (const messageId of await awaitingAnswer(poolOf(this.database), keys))
      await this.decide.on<Message, MessageEvent>(messageStream(messageId), message, origin, (state) => {
        const sent = sentIn(state, messageId);
        return sent === null ? [] : cancelIfPossible(sent, 'reply-came');
      });
  }
}
