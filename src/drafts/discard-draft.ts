import { Controller, Delete, Param } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { refuseStale } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { discard } from './draft.decider.js';
import { DraftEnds } from './draft-ends.js';
import { DraftSaves } from './draft-saves.js';
import { Drafts, notFound } from './drafts.js';

class DiscardDraft extends Command<CommandAnswer> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(DiscardDraft)
export class DiscardDraftHandler implements ICommandHandler<DiscardDraft> {
  constructor(
    private readonly drafts: Drafts,
    private readonly saves: DraftSaves,
    private readonly ends: DraftEnds,
  ) {}

  /** @throws Refused 404 `draft-not-found`; 412 `changed-since` */
  async execute({ id, caller }: DiscardDraft): Promise<CommandAnswer> {
    const located = await this.drafts.locate(id, caller);
    if (located.kind === 'ended') throw notFound();
    const draft = await this.saves.own(located, caller);
    if (located.kind === 'own') refuseStale(draft.revision, caller.origin.ifMatch);
    const { position } = await this.ends.end(draft.id, caller.origin, discard);
    return answer({ revision: draft.revision, position }, draft.id);
  }
}

@ApiTags('mail')
@Controller('api/drafts')
export class DiscardDraftEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id')
  @ApiOperation({ summary: 'Discards a draft for good: here, with its files, and on the mail server.' })
  @ApiOkResponse({ type: CommandAnswer })
  discard(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.commands.execute(new DiscardDraft(id, caller));
  }
}
