import { Controller, Get, Headers, Param, Query as QueryParameters, Res } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { inTransaction, poolOf } from '../../src/platform/database/database.js';
import { toPage } from '../../src/platform/http/pages.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchPosition } from '../mail-search/search-position.js';
import { reading } from '../reading/reading.js';
import { hasSearch, ListMessagesParameters, messageCursor, wordsIn } from './list-parameters.js';
import { mailboxView } from './mailbox-view.js';
import { Matches } from './matches.js';
import { MessagePage, type SelectedMessage } from './message-answer.js';
import { READ_IN_ORDER, selectMessages } from './select-messages.js';
import { WantedMessages } from './wanted-messages.js';
import { WithDrafts } from './with-drafts.js';

export class ListMessages extends Query<MessagePage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: ListMessagesParameters,
    /** undefined: messages of all accounts of the caller */
    readonly accountId?: string,
    readonly undelivered = false,
  ) {
    super();
  }
}

@QueryHandler(ListMessages)
export class ListMessagesHandler implements IQueryHandler<ListMessages> {
  constructor(
    private readonly database: DataSource,
    private readonly wanted: WantedMessages,
    private readonly matches: Matches,
    private readonly drafts: WithDrafts,
  ) {}

  async execute({ caller, parameters, accountId, undelivered }: ListMessages): Promise<MessagePage> {
    const { limit } = parameters;
    const after = messageCursor(parameters.cursor);
    const wanted = await this.wanted.of(caller, parameters, accountId);
    if (!wanted) return { items: [], next: null };
    const select = selectMessages({ ...wanted, undelivered, after, limit: limit + 1 });
    const rows = await inTransaction(poolOf(this.database), async (client) => {
      if (wanted.search === undefined) await client.query(READ_IN_ORDER);
      return (await client.query<SelectedMessage>(select)).rows;
    });
    const page = toPage(
      rows,
      limit,
      (row) => [row.receivedAt.toISOString(), row.id],
      (row) => row,
    );
    const { next } = page;
    const items = await this.drafts.toSummaries(page.items);
    const q = wordsIn(parameters.q);
    if (q === undefined) return { items, next };
    const extracts = await this.matches.of(q, await this.drafts.toMatch(page.items), caller.actor.id);
    const byId = new Map(page.items.map(({ id }, n) => [id, extracts[n] ?? null]));
    return { items: items.map((item) => ({ ...item, match: byId.get(item.id) ?? null })), next };
  }
}

@ApiTags('mail')
@Controller('api')
@ReadsFrom(mailboxView, reading)
export class ListMessagesEndpoint {
  constructor(
    private readonly queries: QueryBus,
    private readonly searchPosition: SearchPosition,
  ) {}

  @Get('accounts/:id/messages')
  @ApiOperation({ summary: 'Lists the messages of one account, newest first.' })
  @ApiOkResponse({ type: MessagePage })
  async listOfAccount(
    @Param('id') accountId: string,
    @QueryParameters() parameters: ListMessagesParameters,
    @Asked() caller: Caller,
    @Headers('x-wait-for') waitFor: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MessagePage> {
    if (hasSearch(parameters)) await this.searchPosition.answerFrom([mailboxView.id, reading.id], waitFor, reply);
    return this.queries.execute(new ListMessages(caller, parameters, accountId));
  }

  @Get('messages')
  @ApiOperation({ summary: 'Lists the messages of all accounts that the caller may use, newest first.' })
  @ApiOkResponse({ type: MessagePage })
  async list(
    @QueryParameters() parameters: ListMessagesParameters,
    @Asked() caller: Caller,
    @Headers('x-wait-for') waitFor: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MessagePage> {
    if (hasSearch(parameters)) await this.searchPosition.answerFrom([mailboxView.id, reading.id], waitFor, reply);
    return this.queries.execute(new ListMessages(caller, parameters));
  }
}
