import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Origin } from '../platform/commands/decide.js';
import { DraftEnds } from './draft-ends.js';

/** Ends all drafts of a removed account. */
export class EndDraftsOfAccount extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(EndDraftsOfAccount)
export class EndDraftsOfAccountHandler implements ICommandHandler<EndDraftsOfAccount> {
  constructor(private readonly ends: DraftEnds) {}

  async execute({ accountId, origin }: EndDraftsOfAccount): Promise<void> {
    await this.ends.loseAll(await this.ends.ofAccount(accountId), 'account-removed', origin);
  }
}
