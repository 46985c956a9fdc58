import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { mailScope } from '../access/mail-scope.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { reached } from '../platform/steps.js';
import { OutgoingRequests } from '../sending/outgoing-requests.js';
import { CreateDraftBody } from './draft-body.js';
import { DraftContents } from './draft-contents.js';
import { beginDraft } from './draft.decider.js';
import { type DraftEvent, draftStream } from './draft.events.js';
import { type Draft, draft } from './draft.fold.js';
import { DraftRows } from './draft-rows.js';
import { Drafts } from './drafts.js';

/** Begins a draft. */
class CreateDraft extends Command<CommandAnswer> {
  constructor(
    readonly accountId: string,
    readonly body: CreateDraftBody,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(CreateDraft)
export class CreateDraftHandler implements ICommandHandler<CreateDraft> {
  constructor(
    private readonly decide: Decide,
    private readonly rows: DraftRows,
    private readonly drafts: Drafts,
    private readonly contents: DraftContents,
    private readonly requests: OutgoingRequests,
    @Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>,
  ) {}

  /**
   * The content comes first: a killed request leaves a content without a fact, which the sweep removes.
   * @throws Refused 404 `message-not-found`, `upload-not-found`, `attachment-not-found`; 409 `draft-ended` for
   * a repetition after its end; 422 `message-too-complex`
   */
  async execute({ accountId, body, caller }: CreateDraft): Promise<CommandAnswer> {
    const { userId, origin } = caller;
    const id = this.master.nameFor('draft', `${accountId} ${origin.commandId}`);
    const { answers, forwards } = await this.requests.originalsOf(body, caller);
    const content = await this.contents.of(body, { id, before: null, takenFrom: null }, caller);
    await this.rows.create({ id, accountId, userId, by: origin.by, takenFrom: null, places: [] }, content);
    reached('draft.stored');
    const decided = await this.decide.on<Draft, DraftEvent>(
      draftStream(id),
      draft,
      origin,
      (state) =>
        beginDraft(state, {
          accountId,
          draftId: id,
          userId,
          threadId: (answers ?? forwards)?.threadId ?? null,
          answers: answers?.id ?? null,
          forwards: forwards?.id ?? null,
          conflictOf: null,
        }),
      { assumeNew: true },
    );
    reached('draft.recorded');
    await this.rows.begun(id);
    await this.drafts.settle();
    return answer({ revision: 1, position: decided.position }, id);
  }
}

@ApiTags('mail')
@Controller('api/accounts')
export class CreateDraftEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly access: Access,
  ) {}

  @Post(':id/drafts')
  @ApiOperation({
    summary: 'Begins a draft, which may be incomplete.',
    description:
      'The draft is listed with `box=draft`, for all people that use the account. Some seconds after the last save it ' +
      'is stored in the folder for drafts on the mail server. Uploads that it names are kept with it.',
  })
  @ApiCreatedResponse({ type: CommandAnswer })
  async create(
    @Param('id') accountId: string,
    @Body() body: CreateDraftBody,
    @Asked() caller: Caller,
  ): Promise<CommandAnswer> {
    await mailScope(this.access, caller, accountId);
    return this.commands.execute(new CreateDraft(accountId, body, caller));
  }
}
