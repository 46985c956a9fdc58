import { Body, Controller, Param, Put } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { SaveDraftBody } from './draft-body.js';
import { ended } from './draft.decider.js';
import { DraftSaves } from './draft-saves.js';
import { Drafts } from './drafts.js';

class SaveDraft extends Command<CommandAnswer> {
  constructor(
    readonly id: string,
    readonly body: SaveDraftBody,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(SaveDraft)
export class SaveDraftHandler implements ICommandHandler<SaveDraft> {
  constructor(
    private readonly drafts: Drafts,
    private readonly saves: DraftSaves,
  ) {}

  /** @throws Refused 404 `draft-not-found`; as `DraftSaves` */
  async execute({ id, body, caller }: SaveDraft): Promise<CommandAnswer> {
    const located = await this.drafts.locate(id, caller);
    if (located.kind === 'ended') throw ended(located.messageId);
    const saved = await this.saves.save(await this.saves.own(located, caller), body, caller);
    return answer(saved, saved.id);
  }
}

@ApiTags('mail')
@Controller('api/drafts')
export class SaveDraftEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id')
  @ApiOperation({
    summary: 'Saves the whole content of a draft, as often as it changes.',
    description:
      'With `If-Match`, a save after that of somebody else answers 412 `changed-since`: `current` names the stored ' +
      'version, and `kept` a draft with the rejected one, each as `{ id, revision }`. A draft of another program is ' +
      'taken over: `id` in the answer is that of its draft here.',
  })
  @ApiOkResponse({ type: CommandAnswer })
  save(@Param('id') id: string, @Body() body: SaveDraftBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.commands.execute(new SaveDraft(id, body, caller));
  }
}
