import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller, requireAdministrator } from '../../src/platform/auth/caller.js';
import { LastUse } from '../../src/platform/auth/last-use.js';
import type { Role } from '../../src/platform/domain.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { byText, Filter, pageOf } from '../lists/sorted-page.js';
import { people, peopleTables, type UserRow } from './people.js';

export class UserAnswer {
  /** Id of the user. */
  id!: string;
  /** Name of the person; null once the person has been forgotten. */
  name!: string | null;
  /** Mail address that the user signs in with; null once the person has been forgotten. */
  email!: string | null;
  /** Role of the user. */
  role!: Role;
  /** True if the user may sign in. */
  active!: boolean;
  /** True if the user signs in at the company’s OpenID provider; then the provider decides the role. */
  byProvider!: boolean;
  /** ISO 8601 UTC, to the minute: last request of a session of the user; null: never. */
  lastSeenAt!: string | null;
}

class UserPage {
  /** Users of this page, by name. */
  items!: UserAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

export class ListUsers extends Query<UserPage> {
  constructor(
    readonly caller: Caller,
    readonly page: PageQuery,
  ) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(
    private readonly database: DataSource,
    private readonly lastUse: LastUse,
  ) {}

  async execute({ caller, page }: ListUsers): Promise<UserPage> {
    requireAdministrator(caller);
    const listing = { table: peopleTables.users, filter: new Filter(), sort: byText('name') };
    const { items, next } = await pageOf(this.database, listing, page, (row: UserRow) => row);
    const seen = await this.lastUse.of(items.map(({ id }) => `user:${id}`));
    return { items: items.map(toUser(seen)), next };
  }
}

export const toUser =
  (seen: ReadonlyMap<string, Date>) =>
  ({ id, name, email, role, active, byProvider }: UserRow): UserAnswer => ({
    id,
    name,
    email,
    role,
    active,
    byProvider,
    lastSeenAt: seen.get(`user:${id}`)?.toISOString() ?? null,
  });

@ApiTags('people')
@Controller('api/users')
export class ListUsersEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Lists all users by name. For administrators.' })
  @ReadsFrom(people)
  @ApiOkResponse({ type: UserPage })
  list(@QueryParameters() page: PageQuery, @Asked() caller: Caller): Promise<UserPage> {
    return this.queries.execute(new ListUsers(caller, page));
  }
}
