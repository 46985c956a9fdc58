import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { MomentParameters, momentOf } from '../time-travel/moment-parameters.js';
import { ShowAccountThen } from '../time-travel/show-account-then.js';
import { AccountAnswer } from './account-answer.js';
import { accounts } from './accounts.js';
import { SELECT_ACCOUNT, type SelectedAccount, toAccount } from './select-accounts.js';
import { accountsSeenBy, within } from '../../src/access/mail-scope.js';

export class ShowAccount extends Query<AccountAnswer> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowAccount)
export class ShowAccountHandler implements IQueryHandler<ShowAccount> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, accountId }: ShowAccount): Promise<AccountAnswer> {
    const seen = accountsSeenBy(caller);
    const [row] = await this.database.query<SelectedAccount[]>(`${SELECT_ACCOUNT} where row.id = $1`, [accountId]);
    if (!row || !within(seen, accountId)) throw new Refused('account-not-found', 'not-found');
    return toAccount(row);
  }
}

@ApiTags('accounts')
@Controller('api/accounts')
export class ShowAccountEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'Shows one account with all its settings; with `at` or `revision`, as it was then.' })
  @ReadsFrom(accounts)
  @ApiOkResponse({ type: AccountAnswer })
  show(
    @Param('id') accountId: string,
    @QueryParameters() parameters: MomentParameters,
    @Asked() caller: Caller,
  ): Promise<AccountAnswer> {
    const moment = momentOf(parameters);
    return this.queries.execute(
      moment === undefined ? new ShowAccount(caller, accountId) : new ShowAccountThen(caller, accountId, moment),
    );
  }
}
