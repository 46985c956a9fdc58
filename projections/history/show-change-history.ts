import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { accountsSeenBy } from '../../src/access/mail-scope.js';
import { accountStream } from '../../src/accounts/account.events.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { HistoryPage } from './history-answer.js';
import { historyPage } from './history-page.js';
import { HistoryParameters } from './history-parameters.js';
import { requireHistoryReader } from './history-reader.js';
import { creationOf, history } from './history.js';

export class ShowChangeHistory extends Query<HistoryPage> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
    readonly parameters: HistoryParameters,
  ) {
    super();
  }
}

@QueryHandler(ShowChangeHistory)
export class ShowChangeHistoryHandler implements IQueryHandler<ShowChangeHistory> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, accountId, parameters }: ShowChangeHistory): Promise<HistoryPage> {
    accountsSeenBy(caller);
    const subject = accountStream(accountId);
    const creation = await creationOf(this.database, subject);
    if (!creation) throw new Refused('account-not-found', 'not-found');
    requireHistoryReader(caller, accountId, (creation.data as { owner: string | null }).owner);
    return historyPage(this.database, subject, parameters);
  }
}

@ApiTags('accounts')
@Controller('api/accounts')
class ShowChangeHistoryEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/history')
  @ApiOperation({
    summary: 'Lists the changes of an account, newest first. For administrators, auditors and the owner.',
  })
  @ReadsFrom(history)
  @ApiOkResponse({ type: HistoryPage })
  show(
    @Param('id') accountId: string,
    @QueryParameters() parameters: HistoryParameters,
    @Asked() caller: Caller,
  ): Promise<HistoryPage> {
    return this.queries.execute(new ShowChangeHistory(caller, accountId, parameters));
  }
}

export const changeHistoryQueries: Slice = {
  endpoints: [ShowChangeHistoryEndpoint],
  handlers: [ShowChangeHistoryHandler],
};
