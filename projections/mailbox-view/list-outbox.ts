import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { PageQuery, QueryBoolean } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { reading } from '../reading/reading.js';
import { ListMessages } from './list-messages.js';
import { mailboxView } from './mailbox-view.js';
import { MessagePage } from './message-answer.js';

/** A failure that is older has been seen, or forgotten. */
const UNDELIVERED_MS = 30 * 24 * 60 * 60_000;

export class OutboxParameters extends PageQuery {
  /**
   * True: instead, the messages of the last 30 days that did not arrive everywhere, because a mail server refused a
   * recipient or a report came back. Default false.
   */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  undelivered?: boolean;
}

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
    @QueryParameters() parameters: OutboxParameters,
    @Asked() caller: Caller,
  ): Promise<MessagePage> {
    return this.queries.execute(listOf(caller, parameters, accountId));
  }

  @Get('outbox')
  @ApiOperation({
    summary: 'Lists the messages of all accounts of the caller that have not left to all recipients, newest first.',
  })
  @ApiOkResponse({ type: MessagePage })
  list(@QueryParameters() parameters: OutboxParameters, @Asked() caller: Caller): Promise<MessagePage> {
    return this.queries.execute(listOf(caller, parameters));
  }
}

function listOf(caller: Caller, { undelivered, limit, cursor }: OutboxParameters, accountId?: string): ListMessages {
  const page = { limit, ...(cursor === undefined ? {} : { cursor }) };
  if (!undelivered) return new ListMessages(caller, { ...page, box: 'outbox' }, accountId);
  const since = new Date(Date.now() - UNDELIVERED_MS).toISOString();
  return new ListMessages(caller, { ...page, box: 'sent', since }, accountId, true);
}
