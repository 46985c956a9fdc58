import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DraftEnds } from './draft-ends.js';

/** Destroys the content of a draft that has ended. */
export class ClearDraft extends Command<void> {
  constructor(readonly draftId: string) {
    super();
  }
}

@CommandHandler(ClearDraft)
export class ClearDraftHandler implements ICommandHandler<ClearDraft> {
  constructor(private readonly ends: DraftEnds) {}

  async execute({ draftId }: ClearDraft): Promise<void> {
    await this.ends.clear(draftId);
  }
}
