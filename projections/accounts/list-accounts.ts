import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { QueryBoolean } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { SearchParameters } from '../lists/search-parameters.js';
import { byText, Filter, type Sort, sortedPage } from '../lists/sorted-page.js';
import { AccountPage } from './account-answer.js';
import { accounts, accountTables, SEARCHED } from './accounts.js';
import { toAccount, toShortAccount, USERS_AND_UNREAD } from './select-accounts.js';
import { accountsSeenBy } from '../../src/access/mail-scope.js';

const SHOWN_STATUS = `case when row."signInNeeded" is null then row.status else 'sign-in-needed' end`;
const LAST_FETCHED = `coalesce(to_char(row."lastFetchedAt" at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS'), '')`;

const SORTS = {
  address: byText('address'),
  name: byText('name'),
  status: { keys: [SHOWN_STATUS, 'row.id'], order: 'asc' },
  '-lastFetchedAt': { keys: [LAST_FETCHED, 'row.id'], order: 'desc' },
} satisfies Record<string, Sort>;

export class ListAccountsParameters extends SearchParameters {
  /** Order of the list: ascending, or descending with `-`. Default `address`. */
  @IsOptional()
  @IsIn(Object.keys(SORTS))
  sort: keyof typeof SORTS = 'address';

  /** True to list the removed accounts instead; only administrators and auditors see any. Default false. */
  @QueryBoolean()
  @IsBoolean()
  removed: boolean = false;

  /** True to leave out `header`, `signature` and `autoresponder` of each account, which are long. Default false. */
  @QueryBoolean()
  @IsBoolean()
  short: boolean = false;
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

  async execute({ caller, parameters }: ListAccounts): Promise<AccountPage> {
    const seen = accountsSeenBy(caller);
    const filter = new Filter()
      .and('row.id = any(?)', seen === 'all' ? undefined : seen)
      .and(`strpos(row.${SEARCHED}, lower(?)) > 0`, parameters.q)
      .always(`row."removedAt" is ${parameters.removed ? 'not null' : 'null'}`);
    const listing = { table: accountTables.accounts, besides: USERS_AND_UNREAD, filter, sorts: SORTS };
    return sortedPage(this.database, listing, parameters, parameters.short ? toShortAccount : toAccount);
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
