import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { needsSignIn } from '../../src/accounts/account.events.js';
import { type AccountAnswer, byName } from '../accounts/account-answer.js';
import { shownStatus } from '../accounts/account-status.js';
import { fetchTables } from '../fetches/fetches.js';
import { requireHistoryReader } from '../history/history-reader.js';
import { type Moment, Past } from './past.js';
import { accountsSeenBy, within } from '../../src/access/mail-scope.js';

export class ShowAccountThen extends Query<AccountAnswer> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ShowAccountThen)
export class ShowAccountThenHandler implements IQueryHandler<ShowAccountThen> {
  constructor(
    private readonly past: Past,
    private readonly database: DataSource,
  ) {}

  async execute({ caller, accountId, moment }: ShowAccountThen): Promise<AccountAnswer> {
    if (!within(accountsSeenBy(caller), accountId)) throw new Refused('account-not-found', 'not-found');
    const { account, cut } = await this.past.account(accountId, moment);
    requireHistoryReader(caller, accountId, account.owner);
    const [people, connection, lastFetchedAt] = await Promise.all([
      this.past.people(cut),
      this.past.status(accountId, cut),
      this.lastFetchedAt(accountId, cut),
    ]);
    const { settings, signIn, owner, removed, addedAt, revision } = account;
    const users = [...account.users].map((id) => ({
      id,
      name: people.get(id)?.name ?? null,
      email: people.get(id)?.email ?? null,
    }));
    const signInNeeded = needsSignIn(signIn) ? (signIn.ranOut ? 'again' : 'at-first') : null;
    return {
      id: accountId,
      ...settings,
      owner,
      users: users.sort(byName),
      ...shownStatus({ id: accountId, signIn: signIn.with, signInNeeded, removed, ...connection }),
      lastFetchedAt,
      unread: null,
      addedAt,
      revision,
    };
  }

  private async lastFetchedAt(accountId: string, cut: { at: string } | { position: string }): Promise<string | null> {
    const [row] = await this.database.query<{ at: Date | null }[]>(
      `select max("endedAt") as at from ${fetchTables.fetches.name}
       where "accountId" = $1 and state = 'done'
         and ($2::timestamptz is null or "endedAt" <= $2) and ($3::text is null or position <= $3)`,
      [accountId, 'at' in cut ? cut.at : null, 'position' in cut ? cut.position : null],
    );
    return row?.at?.toISOString() ?? null;
  }
}
