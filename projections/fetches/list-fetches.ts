import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { Filter, NEWEST, pageOf } from '../lists/sorted-page.js';
import { FetchPage } from './fetch-answer.js';
import { fetches, fetchTables } from './fetches.js';
import { toFetch, WITH_FOLDERS } from './select-fetches.js';
import { requireAccountSeen } from '../../src/access/mail-scope.js';

export class ListFetches extends Query<FetchPage> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
    readonly page: PageQuery,
  ) {
    super();
  }
}

@QueryHandler(ListFetches)
export class ListFetchesHandler implements IQueryHandler<ListFetches> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, accountId, page }: ListFetches): Promise<FetchPage> {
    await requireAccountSeen(this.access, caller, accountId);
    const filter = new Filter().and('row."accountId" = ?', accountId);
    const listing = { table: fetchTables.fetches, joins: WITH_FOLDERS, besides: 'f.*', filter, sort: NEWEST };
    return pageOf(this.database, listing, page, toFetch);
  }
}

@ApiTags('fetches')
@Controller('api/accounts')
export class ListFetchesEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/fetches')
  @ApiOperation({ summary: 'Lists the fetches of an account, newest first.' })
  @ReadsFrom(fetches)
  @ApiOkResponse({ type: FetchPage })
  list(
    @Param('id') accountId: string,
    @QueryParameters() page: PageQuery,
    @Asked() caller: Caller,
  ): Promise<FetchPage> {
    return this.queries.execute(new ListFetches(caller, accountId, page));
  }
}
