import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller, requireAdministrator } from '../../src/platform/auth/caller.js';
import { LastUse } from '../../src/platform/auth/last-use.js';
import type { Role } from '../../src/platform/domain.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { Filter, NEWEST, pageOf } from '../lists/sorted-page.js';
import { people, peopleTables, type TokenRow } from './people.js';

class IssuedTokenAnswer {
  /** Id of the token. */
  id!: string;
  /** Name of the service. */
  name!: string;
  /** Role of the service. */
  role!: Role;
  /** ISO 8601 UTC: time of issue. */
  issuedAt!: string;
  /** ISO 8601 UTC, to the minute: last request with the token; null: never. */
  lastUsedAt!: string | null;
}

class TokenPage {
  /** Tokens of this page, newest first. */
  items!: IssuedTokenAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

export class ListTokens extends Query<TokenPage> {
  constructor(
    readonly caller: Caller,
    readonly page: PageQuery,
  ) {
    super();
  }
}

@QueryHandler(ListTokens)
export class ListTokensHandler implements IQueryHandler<ListTokens> {
  constructor(
    private readonly database: DataSource,
    private readonly lastUse: LastUse,
  ) {}

  async execute({ caller, page }: ListTokens): Promise<TokenPage> {
    requireAdministrator(caller);
    const listing = { table: peopleTables.tokens, filter: new Filter(), sort: NEWEST };
    const { items, next } = await pageOf(this.database, listing, page, (row: TokenRow) => row);
    const used = await this.lastUse.of(items.map(({ id }) => `token:${id}`));
    return { items: items.map((row) => toToken(row, used.get(`token:${row.id}`))), next };
  }
}

const toToken = ({ id, name, role, issuedAt }: TokenRow, used: Date | undefined): IssuedTokenAnswer => ({
  id,
  name,
  role,
  issuedAt: issuedAt.toISOString(),
  lastUsedAt: used?.toISOString() ?? null,
});

@ApiTags('people')
@Controller('api/tokens')
export class ListTokensEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lists the tokens in force, newest first, without their secrets. For administrators.' })
  @ReadsFrom(people)
  @ApiOkResponse({ type: TokenPage })
  list(@QueryParameters() page: PageQuery, @Asked() caller: Caller): Promise<TokenPage> {
    return this.queries.execute(new ListTokens(caller, page));
  }
}
