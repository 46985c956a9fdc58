import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Origin } from '../platform/commands/decide.js';
import { send } from './draft.decider.js';
import { DraftEnds } from './draft-ends.js';

/** Ends the draft that a message was made of; nothing for a draft of another account. */
export class EndSentDraft extends Command<void> {
  constructor(
    readonly sent: { draftId: string; accountId: string; messageId: string },
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(EndSentDraft)
export class EndSentDraftHandler implements ICommandHandler<EndSentDraft> {
  constructor(private readonly ends: DraftEnds) {}

  async execute({ sent: { draftId, accountId, messageId }, origin }: EndSentDraft): Promise<void> {
    await this.ends.end(draftId, origin, (state) =>
      state.status === 'open' && state.accountId === accountId ? send(state, messageId) : [],
    );
  }
}
