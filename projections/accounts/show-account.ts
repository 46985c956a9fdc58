import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { accountsSeenBy, Asked, type Caller, within } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { AccountAnswer } from './account-answer.js';
import { accounts } from './accounts.js';
import { FROM_ACCOUNTS, SELECT_ACCOUNT, type SelectedAccount, toAccount } from './select-accounts.js';

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
    const [row] = await this.database.query<SelectedAccount[]>(`select ${SELECT_ACCOUNT} ${FROM_ACCOUNTS} where a.id = $1`, [
      accountId,
    ]);
    if (!row || !within(seen, accountId)) throw new Refused('account-not-found', 'not-found');
    return toAccount(row);
  }
}

@ApiTags('accounts')
@Controller('api/accounts')
export class ShowAccountEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'One account with all its settings' })
  @ReadsFrom(accounts)
  @ApiOkResponse({ type: AccountAnswer })
  show(@Param('id') accountId: string, @Asked() caller: Caller): Promise<AccountAnswer> {
    return this.queries.execute(new ShowAccount(caller, accountId));
  }
}
