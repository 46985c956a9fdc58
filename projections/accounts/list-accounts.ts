import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { QueryBoolean } from '../../src/platform/http/input.js';
import { fromCursor, toPage } from '../../src/platform/http/pages.js';
import { BadInput } from '../../src/platform/http/problems.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchParameters } from '../lists/search-parameters.js';
import { AccountPage } from './account-answer.js';
import { accounts, SEARCHED } from './accounts.js';
import { FROM_ACCOUNTS, SELECT_ACCOUNT, type SelectedAccount, toAccount } from './select-accounts.js';
import { accountsSeenBy } from '../../src/access/mail-scope.js';

/** Each sorts by a text, so that one kind of cursor serves all, and by no more of it than a cursor takes. */
const SORTS = {
  address: { by: 'left(lower(a.address), 50)', order: 'asc' },
  name: { by: 'left(lower(a.name), 50)', order: 'asc' },
  status: { by: `case when a."signInNeeded" is null then a.status else 'sign-in-needed' end`, order: 'asc' },
  '-lastFetchedAt': {
    by: `coalesce(to_char(a."lastFetchedAt" at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS'), '')`,
    order: 'desc',
  },
} as const;

export class ListAccountsParameters extends SearchParameters {
  /** Order of the list: ascending, or descending with `-`. Default `address`. */
  @IsOptional()
  @IsIn(Object.keys(SORTS))
  sort: keyof typeof SORTS = 'address';

  /** True to list the removed accounts instead; only administrators and auditors see any. Default false. */
  @QueryBoolean()
  @IsBoolean()
  removed: boolean = false;
}

export class ListAccounts extends Query<AccountPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: ListAccountsParameters,
  ) {
    super();
  }
}

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, parameters: { q = '', sort, removed, limit, cursor } }: ListAccounts): Promise<AccountPage> {
    const seen = accountsSeenBy(caller);
    const { by, order } = SORTS[sort];
    const after = fromCursor(cursor, ['string', 'string', 'string']);
    if (after && after[0] !== sort)
      throw new BadInput([{ field: 'cursor', message: 'is of a list that is sorted otherwise' }]);
    const rows = await this.database.query<(SelectedAccount & { sortedBy: string })[]>(
      `select ${SELECT_ACCOUNT}, ${by} as "sortedBy" ${FROM_ACCOUNTS}
       where ($1::text[] is null or a.id = any($1))
         and strpos(a.${SEARCHED}, lower($2)) > 0
         and (a."removedAt" is not null) = $6
         and ($3::text is null or (${by}, a.id) ${order === 'asc' ? '>' : '<'} ($3, $4))
       order by ${by} ${order}, a.id ${order} limit $5`,
      [seen === 'all' ? null : seen, q, after?.[1] ?? null, after?.[2] ?? '', limit + 1, removed],
    );
    return toPage(rows, limit, (row) => [sort, row.sortedBy, row.id], toAccount);
  }
}

@ApiTags('accounts')
@Controller('api/accounts')
export class ListAccountsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lists the accounts that the caller may see.' })
  @ReadsFrom(accounts)
  @ApiOkResponse({ type: AccountPage })
  list(@QueryParameters() parameters: ListAccountsParameters, @Asked() caller: Caller): Promise<AccountPage> {
    return this.queries.execute(new ListAccounts(caller, parameters));
  }
}
