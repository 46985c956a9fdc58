import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { Checkpoints } from '../../src/platform/followers/checkpoints.js';
import { beginning, end } from '../../src/platform/http/day-or-time.js';
import { LateRecords } from '../../src/platform/http/late-records.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { FactLog } from '../../src/platform/log/fact-log.js';
import type { Slice } from '../../src/platform/slice.js';
import { accounts, accountTables } from '../accounts/accounts.js';
import { people, peopleTables } from '../people/people.js';
import { Filter, NEWEST, pageOf } from '../lists/sorted-page.js';
import { AttemptPage, AttemptsParameters, type SelectedAttempt, toAttempt } from './attempt-answer.js';
import { attempts, attemptTables } from './attempts.js';
import { accountsSeenBy, within } from '../../src/access/mail-scope.js';

class ListAttempts extends Query<AttemptPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: AttemptsParameters,
    /** undefined: all attempts, also those without an account */
    readonly accountId?: string,
  ) {
    super();
  }
}

const NAMES = 'b.name as "byName", u.name as "userName", a.address';
const WITH_NAMES = `left join ${peopleTables.users.name} b on b.id = substr(row.by, 6) and row.by like 'user:%'
  left join ${peopleTables.users.name} u on u.id = row."userId"
  left join ${accountTables.accounts.name} a on a.id = row."accountId"`;

const WAIT_MS = 5000;

const isKeeper = ({ actor }: Caller): boolean => actor.role === 'administrator' || actor.role === 'auditor';

@QueryHandler(ListAttempts)
class ListAttemptsHandler implements IQueryHandler<ListAttempts> {
  constructor(
    private readonly database: DataSource,
    private readonly log: FactLog,
    private readonly checkpoints: Checkpoints,
    private readonly lateRecords: LateRecords,
  ) {}

  async execute({ caller, parameters, accountId }: ListAttempts): Promise<AttemptPage> {
    await this.showLateRecords();
    if (accountId !== undefined) await this.requireReader(caller, accountId);
    else if (!isKeeper(caller)) throw new Refused('only-administrators-and-auditors-read-the-attempts', 'forbidden');
    const { by, reason, since, until } = parameters;
    const filter = new Filter()
      .and('row."accountId" = ?', accountId)
      .and(`(row.by = ? or row.by = 'user:' || ?)`, by)
      .and('row.reason = ?', reason)
      .and('row."lastAt" >= ?', since && beginning(since))
      .and('row."firstAt" < ?', until && end(until));
    const listing = { table: attemptTables.attempts, joins: WITH_NAMES, besides: NAMES, filter, sort: NEWEST };
    const shown = isKeeper(caller) ? toAttempt : (row: SelectedAttempt) => ({ ...toAttempt(row), from: null });
    return pageOf(this.database, listing, parameters, shown);
  }

  /** A 404 does not wait for its record, so the list does: it shows the attempts that are answered already. */
  private async showLateRecords(): Promise<void> {
    if (await this.lateRecords.settled())
      await this.checkpoints.waitFor([attempts.id], await this.log.store.head(), WAIT_MS);
  }

  private async requireReader(caller: Caller, accountId: string): Promise<void> {
    const seen = accountsSeenBy(caller);
    const account = await this.database.getRepository(accountTables.accounts.entity).findOneBy({ id: accountId });
    if (!account || !within(seen, accountId)) throw new Refused('account-not-found', 'not-found');
    if (seen === 'all' || (caller.userId !== null && account.owner === caller.userId)) return;
    throw new Refused('only-its-owner-or-an-administrator-reads-the-attempts', 'forbidden');
  }
}

@Controller('api')
@ReadsFrom(attempts, accounts, people)
class ListAttemptsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get('attempts')
  @ApiTags('audit')
  @ApiOperation({
    summary: 'Lists forbidden requests and refused logins, newest first. For administrators and auditors.',
  })
  @ApiOkResponse({ type: AttemptPage })
  list(@QueryParameters() parameters: AttemptsParameters, @Asked() caller: Caller): Promise<AttemptPage> {
    return this.queries.execute(new ListAttempts(caller, parameters));
  }

  @Get('accounts/:id/attempts')
  @ApiTags('accounts')
  @ApiOperation({
    summary: 'Lists forbidden requests and refused logins of an account, newest first. For its owner too.',
  })
  @ApiOkResponse({ type: AttemptPage })
  listOfAccount(
    @Param('id') accountId: string,
    @QueryParameters() parameters: AttemptsParameters,
    @Asked() caller: Caller,
  ): Promise<AttemptPage> {
    return this.queries.execute(new ListAttempts(caller, parameters, accountId));
  }
}

export const attemptQueries: Slice = {
  endpoints: [ListAttemptsEndpoint],
  handlers: [ListAttemptsHandler],
};
