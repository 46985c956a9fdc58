import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountStream } from '../accounts/account.events.js';
import { account } from '../accounts/account.fold.js';
import { MessageWriter } from '../mail/writing/message-writer.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { ReadsFrom } from '../platform/http/read-position.js';
import { Originals } from '../sending/original.js';
import { DraftAnswer, toDraft, toFoundDraft } from './draft-answer.js';
import { Drafts, notFound } from './drafts.js';
import { foundDrafts } from './found-drafts.js';

class ReadDraft extends Query<DraftAnswer> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ReadDraft)
export class ReadDraftHandler implements IQueryHandler<ReadDraft> {
  constructor(
    private readonly drafts: Drafts,
    private readonly decide: Decide,
    private readonly originals: Originals,
    private readonly writer: MessageWriter,
  ) {}

  /** @throws Refused 404 `draft-not-found`; 409 `message-damaged` */
  async execute({ id, caller }: ReadDraft): Promise<DraftAnswer> {
    const located = await this.drafts.locate(id, caller);
    if (located.kind === 'ended') throw notFound();
    if (located.kind === 'own') {
      const { state } = await this.decide.load(accountStream(located.draft.accountId), account);
      return toDraft(located.draft, state.status === 'open' && state.settings.sendOnly);
    }
    const original = await this.originals.open(located.messageId, 'forward', caller);
    const { html } = await this.writer.draft(original.quoted, caller.actor.id);
    return toFoundDraft(original, html);
  }
}

@ApiTags('mail')
@Controller('api/drafts')
export class ReadDraftEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({
    summary: 'Shows a draft with its newest content.',
    description: 'Drafts of other programs are shown by the id of their message, as lists of messages have it.',
  })
  @ReadsFrom(foundDrafts)
  @ApiOkResponse({ type: DraftAnswer })
  read(@Param('id') id: string, @Asked() caller: Caller): Promise<DraftAnswer> {
    return this.queries.execute(new ReadDraft(id, caller));
  }
}
