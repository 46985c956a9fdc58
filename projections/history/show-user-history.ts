import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource, In } from 'typeorm';
import { Asked, type Caller, requireAdministrator } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { HistoryPage } from './history-answer.js';
import { historyPage } from './history-page.js';
import { HistoryParameters } from './history-parameters.js';
import { type EntryRow, history, historyTables, personSubject } from './history.js';

export class ShowUserHistory extends Query<HistoryPage> {
  constructor(
    readonly caller: Caller,
    readonly userId: string,
    readonly parameters: HistoryParameters,
  ) {
    super();
  }
}

@QueryHandler(ShowUserHistory)
export class ShowUserHistoryHandler implements IQueryHandler<ShowUserHistory> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, userId, parameters }: ShowUserHistory): Promise<HistoryPage> {
    requireAdministrator(caller);
    const subject = personSubject(userId);
    const named = await this.database.getRepository(historyTables.entries.entity).find({
      where: { subject, type: In(['UserAdded', 'UserRenamed']) },
      order: { position: 'DESC' },
    });
    if (named.length === 0) throw new Refused('user-not-found', 'not-found');
    return historyPage(this.database, subject, parameters, { nameBefore: (row) => nameBefore(row, named) });
  }
}

/** @param named entries with a name of the person, newest first */
function nameBefore({ position }: EntryRow, named: readonly EntryRow[]): string | null {
  const last = named.find((entry) => entry.position < position);
  return (last?.data as { name: string | null } | undefined)?.name ?? null;
}

@ApiTags('people')
@Controller('api/users')
class ShowUserHistoryEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/history')
  @ApiOperation({ summary: 'Lists the changes of a user, newest first. For administrators.' })
  @ReadsFrom(history)
  @ApiOkResponse({ type: HistoryPage })
  show(
    @Param('id') userId: string,
    @QueryParameters() parameters: HistoryParameters,
    @Asked() caller: Caller,
  ): Promise<HistoryPage> {
    return this.queries.execute(new ShowUserHistory(caller, userId, parameters));
  }
}

export const userHistoryQueries: Slice = {
  endpoints: [ShowUserHistoryEndpoint],
  handlers: [ShowUserHistoryHandler],
};
