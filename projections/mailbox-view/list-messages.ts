import { Controller, Get, Headers, Param, Query as QueryParameters, Res } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Access, notRemoved } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { inTransaction, poolOf } from '../../src/platform/database/database.js';
import { Refused } from '../../src/platform/domain.js';
import { toPage } from '../../src/platform/http/pages.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchPosition } from '../mail-search/search-position.js';
import { searchQuery } from '../mail-search/search-query.js';
import { hasSearch, beforeOf, ListMessagesParameters, messageCursor, sinceOf, wordsIn } from './list-parameters.js';
import { mailScope } from '../../src/access/mail-scope.js';
import { type ListedBox, mailboxTables, mailboxView } from './mailbox-view.js';
import { Matches } from './matches.js';
import { MessagePage, type SelectedMessage, toSummary } from './message-answer.js';
import { READ_IN_ORDER, selectMessages } from './select-messages.js';

export class ListMessages extends Query<MessagePage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: ListMessagesParameters,
    /** undefined: messages of all accounts of the caller */
    readonly accountId?: string,
  ) {
    super();
  }
}

@QueryHandler(ListMessages)
export class ListMessagesHandler implements IQueryHandler<ListMessages> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
    private readonly matches: Matches,
  ) {}

  async execute({ caller, parameters, accountId }: ListMessages): Promise<MessagePage> {
    const accounts = await mailScope(this.access, caller, accountId);
    const { box, folder, unread, limit } = parameters;
    const after = messageCursor(parameters.cursor);
    const searching = hasSearch(parameters);
    const search = searching
      ? searchQuery({ q: wordsIn(parameters.q), from: wordsIn(parameters.from), accounts })
      : undefined;
    if (searching && search === undefined) return { items: [], next: null };
    const boxes: ListedBox[] | undefined = box ? [box] : folder === undefined ? ['received', 'sent'] : undefined;
    const folders = folder === undefined ? undefined : await this.foldersNamed(folder, accounts);
    const [since, before] = [sinceOf(parameters), beforeOf(parameters)];
    const page = selectMessages({ accounts, boxes, folders, search, unread, since, before, after, limit: limit + 1 });
    const rows = await inTransaction(poolOf(this.database), async (client) => {
      if (search === undefined) await client.query(READ_IN_ORDER);
      return (await client.query<SelectedMessage>(page)).rows;
    });
    const { items, next } = toPage(rows, limit, (row) => [row.receivedAt.toISOString(), row.id], toSummary);
    const q = wordsIn(parameters.q);
    if (q === undefined) return { items, next };
    const extracts = await this.matches.of(q, rows.slice(0, items.length), caller.actor.id);
    return { items: items.map((item, n) => ({ ...item, match: extracts[n] ?? null })), next };
  }

  /** @throws Refused 404 if no account of the caller has such a folder */
  private async foldersNamed(folder: string, accounts: 'all' | readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `select id from ${mailboxTables.folders.name}
       where (id = $1 or path = $1) and ($2::text[] is null or "accountId" = any($2)) and ${notRemoved('"accountId"')}`,
      [folder, accounts === 'all' ? null : accounts],
    );
    if (rows.length === 0)
      throw new Refused(
        'folder-not-found',
        'not-found',
        `No folder has the id or path ${folder}. Folders appear with the first fetch of their account.`,
      );
    return rows.map(({ id }) => id);
  }
}

@ApiTags('mail')
@Controller('api')
@ReadsFrom(mailboxView)
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
    if (hasSearch(parameters)) await this.searchPosition.answerFrom(mailboxView.id, waitFor, reply);
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
    if (hasSearch(parameters)) await this.searchPosition.answerFrom(mailboxView.id, waitFor, reply);
    return this.queries.execute(new ListMessages(caller, parameters));
  }
}
