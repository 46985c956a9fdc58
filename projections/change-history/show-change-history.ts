import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { toPage } from '../../src/platform/http/pages.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { namesOf } from '../history/authors.js';
import { requireHistoryReader } from '../history/history-reader.js';
import { changeHistory, type EntryRow, historyTables } from './change-history.js';
import { HistoryPage } from '../history/history-answer.js';
import { toHistoryEntry } from '../history/history-entries.js';
import { HistoryParameters, pageOf } from '../history/history-filter.js';
import { peopleIn, tell } from './sentences.js';
import { accountsSeenBy } from '../../src/access/mail-scope.js';

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
    await this.requireReader(caller, accountId);
    const rows = await this.entries(accountId, parameters);
    const nameOf = await namesOf(this.database, historyTables.names, rows, peopleIn);
    return toPage(
      rows,
      parameters.limit,
      (row) => [row.revision],
      (row) => toHistoryEntry(row, nameOf, tell(row, nameOf)),
    );
  }

  private async requireReader(caller: Caller, accountId: string): Promise<void> {
    accountsSeenBy(caller);
    const account = await this.database.getRepository(historyTables.accounts.entity).findOneBy({ accountId });
    if (!account) throw new Refused('account-not-found', 'not-found');
    requireHistoryReader(caller, accountId, account.owner);
  }

  private entries(accountId: string, parameters: HistoryParameters): Promise<EntryRow[]> {
    const query = this.database
      .getRepository(historyTables.entries.entity)
      .createQueryBuilder('entry')
      .where('entry.accountId = :accountId', { accountId });
    return pageOf(query, parameters);
  }
}

@ApiTags('accounts')
@Controller('api/accounts')
export class ShowChangeHistoryEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/history')
  @ApiOperation({ summary: 'The change history, newest first: for administrators, auditors and the owner' })
  @ReadsFrom(changeHistory)
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
