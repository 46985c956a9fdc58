import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller, requireAdministrator } from '../../src/platform/auth/caller.js';
import { LastUse } from '../../src/platform/auth/last-use.js';
import { Refused } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { toUser, UserAnswer } from './list-users.js';
import { people, peopleTables } from './people.js';

export class ShowUser extends Query<UserAnswer> {
  constructor(
    readonly caller: Caller,
    readonly userId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowUser)
export class ShowUserHandler implements IQueryHandler<ShowUser> {
  constructor(
    private readonly database: DataSource,
    private readonly lastUse: LastUse,
  ) {}

  async execute({ caller, userId }: ShowUser): Promise<UserAnswer> {
    requireAdministrator(caller);
    const row = await this.database.getRepository(peopleTables.users.entity).findOneBy({ id: userId });
    if (!row) throw new Refused('user-not-found', 'not-found');
    return toUser(await this.lastUse.of([`user:${userId}`]))(row);
  }
}

@ApiTags('people')
@Controller('api/users')
export class ShowUserEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'Shows one user. For administrators.' })
  @ReadsFrom(people)
  @ApiOkResponse({ type: UserAnswer })
  show(@Param('id') userId: string, @Asked() caller: Caller): Promise<UserAnswer> {
    return this.queries.execute(new ShowUser(caller, userId));
  }
}
