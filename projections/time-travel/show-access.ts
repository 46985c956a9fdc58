import { Controller, Get, Param, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ACCESS_FOLLOWER } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { requireHistoryReader } from '../history/history-reader.js';
import { usersOf } from './account-then.js';
import { AtParameters, momentOf } from './moment-parameters.js';
import { type Moment, NOW, Past } from './past.js';
import { accountsSeenBy, within } from '../../src/access/mail-scope.js';

class AccessEntryAnswer {
  /** Id of the user. */
  id!: string;
  /** Name of the person; null once the person has been forgotten. */
  name!: string | null;
  /** Mail address of the user; null once the person has been forgotten. */
  email!: string | null;
  /** Reason of the access; of several reasons the first in this order: `administrator`, `owner`, `granted`. */
  why!: 'administrator' | 'owner' | 'granted';
}

class AccessAnswer {
  /** All users with access, by reason and name. */
  items!: AccessEntryAnswer[];
  /** Always null: the answer has one page. */
  next!: string | null;
}

export class ShowAccess extends Query<AccessAnswer> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
    /** undefined: now */
    readonly moment: Moment | undefined,
  ) {
    super();
  }
}

const RANK = { administrator: 0, owner: 1, granted: 2 };

@QueryHandler(ShowAccess)
export class ShowAccessHandler implements IQueryHandler<ShowAccess> {
  constructor(private readonly past: Past) {}

  async execute({ caller, accountId, moment }: ShowAccess): Promise<AccessAnswer> {
    if (!within(accountsSeenBy(caller), accountId)) throw new Refused('account-not-found', 'not-found');
    const { account, cut } = await this.past.account(accountId, moment ?? NOW);
    if (moment !== undefined) requireHistoryReader(caller, accountId, account.owner);
    if (account.removed) return { items: [], next: null };
    const items = usersOf(account, await this.past.people(cut)).map(({ id, person: { name, email }, why }) => ({
      id,
      name,
      email,
      why,
    }));
    items.sort(
      (a, b) => RANK[a.why] - RANK[b.why] || (a.name ?? '').localeCompare(b.name ?? '') || (a.id < b.id ? -1 : 1),
    );
    return { items, next: null };
  }
}

@ApiTags('accounts')
@Controller('api/accounts')
export class ShowAccessEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/access')
  @ApiOperation({
    summary: 'Lists all users with access to an account, administrators included; with `at`, as it was then.',
  })
  @ReadsFrom(ACCESS_FOLLOWER)
  @ApiOkResponse({ type: AccessAnswer })
  show(
    @Param('id') accountId: string,
    @QueryParameters() at: AtParameters,
    @Asked() caller: Caller,
  ): Promise<AccessAnswer> {
    return this.queries.execute(new ShowAccess(caller, accountId, momentOf(at)));
  }
}
