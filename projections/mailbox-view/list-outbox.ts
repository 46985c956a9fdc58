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
@Controller('api')
@ReadsFrom(mailboxView, reading)
export class ListOutboxEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get('accounts/:id/outbox')
  @ApiOperation({ summary: 'Lists the messages of an account that have not left to all recipients, newest first.' })
  @ApiOkResponse({ type: MessagePage })
  listOfAccount(
    @Param('id') accountId: string,
    @QueryParameters() page: PageQuery,
    @Asked() caller: Caller,
  ): Promise<MessagePage> {
    return this.queries.execute(new ListMessages(caller, { ...page, box: 'outbox' }, accountId));
  }

  @Get('outbox')
  @ApiOperation({
    summary: 'Lists the messages of all accounts of the caller that have not left to all recipients, newest first.',
  })
  @ApiOkResponse({ type: MessagePage })
  list(@QueryParameters() page: PageQuery, @Asked() caller: Caller): Promise<MessagePage> {
    return this.queries.execute(new ListMessages(caller, { ...page, box: 'outbox' }));
  }
}
