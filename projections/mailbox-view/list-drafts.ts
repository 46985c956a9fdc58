import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { reading } from '../reading/reading.js';
import { ListMessages } from './list-messages.js';
import { mailboxView } from './mailbox-view.js';
import { MessagePage } from './message-answer.js';

@ApiTags('mail')
@Controller('api/accounts')
@ReadsFrom(mailboxView, reading)
export class ListDraftsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/drafts')
  @ApiOperation({
    summary: 'Lists the drafts of an account, newest first: those of all its people, and of other mail programs.',
    description: 'The same list as `GET /accounts/{id}/messages?box=draft`; `GET /drafts/{id}` shows one for editing.',
  })
  @ApiOkResponse({ type: MessagePage })
  list(
    @Param('id') accountId: string,
    @QueryParameters() page: PageQuery,
    @Asked() caller: Caller,
  ): Promise<MessagePage> {
    return this.queries.execute(new ListMessages(caller, { ...page, box: 'draft' }, accountId));
  }
}
