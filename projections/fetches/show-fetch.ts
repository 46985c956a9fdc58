import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Hidden, Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { FetchAnswer } from './fetch-answer.js';
import { fetches } from './fetches.js';
import { SELECT_FETCH, type SelectedFetch, toFetch } from './select-fetches.js';
import { accountsSeenBy, within } from '../../src/access/mail-scope.js';

export class ShowFetch extends Query<FetchAnswer> {
  constructor(
    readonly caller: Caller,
    readonly fetchId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowFetch)
export class ShowFetchHandler implements IQueryHandler<ShowFetch> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, fetchId }: ShowFetch): Promise<FetchAnswer> {
    const seen = accountsSeenBy(caller);
    const [row] = await this.database.query<SelectedFetch[]>(`${SELECT_FETCH} where row.id = $1`, [fetchId]);
    if (!row) throw new Refused('fetch-not-found', 'not-found');
    if (!within(seen, row.accountId)) throw new Hidden('fetch-not-found', row.accountId);
    return toFetch(row);
  }
}

@ApiTags('fetches')
@Controller('api/fetches')
export class ShowFetchEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':fetchId')
  @ApiOperation({ summary: 'Shows the progress of a fetch.' })
  @ReadsFrom(fetches)
  @ApiOkResponse({ type: FetchAnswer })
  show(@Param('fetchId') fetchId: string, @Asked() caller: Caller): Promise<FetchAnswer> {
    return this.queries.execute(new ShowFetch(caller, fetchId));
  }
}
