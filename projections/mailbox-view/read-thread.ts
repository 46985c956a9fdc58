import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { notRemoved } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { toPage } from '../../src/platform/http/pages.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { reading } from '../reading/reading.js';
import { messageCursor } from './list-parameters.js';
import { mailboxTables } from './mailbox-tables.js';
import { mailboxView } from './mailbox-view.js';
import { MessagePage, type SelectedMessage } from './message-answer.js';
import { WithDrafts } from './with-drafts.js';
import { IS_SHOWN } from './message-ranges.js';
import { FROM_MESSAGES, selectMessage } from './select-messages.js';
import { mailOf } from '../../src/access/mail-scope.js';

const { joined } = mailboxTables;
/** The conversation `$1`, or the one that it has joined, and all others that have joined that one. */
const THREADS_OF_CONVERSATION = `
  with root as (select coalesce((select root from ${joined.name} where "threadId" = $1), $1) as id)
  select id from root union all select "threadId" from ${joined.name} where root = (select id from root)`;

class ReadThread extends Query<MessagePage> {
  constructor(
    readonly caller: Caller,
    readonly threadId: string,
    readonly parameters: PageQuery,
  ) {
    super();
  }
}

@QueryHandler(ReadThread)
export class ReadThreadHandler implements IQueryHandler<ReadThread> {
  constructor(
    private readonly database: DataSource,
    private readonly drafts: WithDrafts,
  ) {}

  async execute({ caller, threadId, parameters: { limit, cursor } }: ReadThread): Promise<MessagePage> {
    const readable = mailOf(caller);
    const after = messageCursor(cursor);
    const rows = await this.database.query<SelectedMessage[]>(
      `select ${selectMessage('$6')} ${FROM_MESSAGES}
       where m."threadId" in (${THREADS_OF_CONVERSATION}) and ($2::text[] is null or m."accountId" = any($2))
         and ${IS_SHOWN} and ${notRemoved('m."accountId"')}
         and ($3::timestamptz is null or (m."receivedAt", m.id) > ($3, $4))
       order by m."receivedAt", m.id limit $5`,
      [
        threadId,
        readable === 'all' ? null : readable,
        after?.receivedAt ?? null,
        after?.id ?? '',
        limit + 1,
        caller.userId,
      ],
    );
    if (rows.length === 0 && !after) throw new Refused('thread-not-found', 'not-found');
    const { items, next } = toPage(
      rows,
      limit,
      (row) => [row.receivedAt.toISOString(), row.id],
      (row) => row,
    );
    return { items: await this.drafts.toSummaries(items), next };
  }
}

@ApiTags('mail')
@Controller('api/threads')
export class ReadThreadEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'Lists the messages of a conversation in accounts that the caller may use, oldest first.' })
  @ReadsFrom(mailboxView, reading)
  @ApiOkResponse({ type: MessagePage })
  read(
    @Param('id') threadId: string,
    @QueryParameters() parameters: PageQuery,
    @Asked() caller: Caller,
  ): Promise<MessagePage> {
    return this.queries.execute(new ReadThread(caller, threadId, parameters));
  }
}
