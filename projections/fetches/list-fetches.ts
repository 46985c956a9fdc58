import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { fromCursor, toPage } from '../../src/platform/http/pages.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { FetchPage } from './fetch-answer.js';
import { fetches } from './fetches.js';
import { SELECT_FETCH, type SelectedFetch, toFetch } from './select-fetches.js';
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

  async execute({ caller, accountId, page: { limit, cursor } }: ListFetches): Promise<FetchPage> {
    await requireAccountSeen(this.access, caller, accountId);
    const after = fromCursor(cursor, ['string', 'string']);
    const rows = await this.database.query<SelectedFetch[]>(
      `${SELECT_FETCH} where f."accountId" = $1 and ($2::text is null or (f.position, f.id) < ($2, $3))
       order by f.position desc, f.id desc limit $4`,
      [accountId, after?.[0] ?? null, after?.[1] ?? '', limit + 1],
    );
    return toPage(rows, limit, (row) => [row.position, row.id], toFetch);
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
