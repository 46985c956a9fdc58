import { Controller, Get } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { ACCESS_FOLLOWER } from '../../src/access/access.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Checkpoints } from '../../src/platform/followers/checkpoints.js';
import type { Role } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { people, peopleTables } from './people.js';

const WAIT_MS = 5000;

class MeAnswer {
  /** Id of the user, or of the token when a service acts as itself. */
  id!: string;
  /** Name of the user or of the service; null once the person has been forgotten. */
  name!: string | null;
  /** Mail address of the user; null for a service and once the person has been forgotten. */
  email!: string | null;
  /** Role of the user or of the service. */
  role!: Role;
  /** True if the caller may open the mail pages. */
  mailModule!: boolean;
}

export class WhoAmI extends Query<MeAnswer> {
  constructor(readonly caller: Caller) {
    super();
  }
}

@QueryHandler(WhoAmI)
export class WhoAmIHandler implements IQueryHandler<WhoAmI> {
  constructor(
    private readonly database: DataSource,
    private readonly checkpoints: Checkpoints,
  ) {}

  async execute({ caller: { actor, userId, accounts } }: WhoAmI): Promise<MeAnswer> {
    const role = actor.role as Role;
    const mailModule = role === 'administrator' || (role === 'user' && accounts.size > 0);
    const find = () => this.named(userId, actor.id);
    const { name = null, email = null } = (await find()) ?? (await this.untilPeopleAreKnown().then(find)) ?? {};
    return { id: userId ?? actor.id, name, email, role, mailModule };
  }

  private named(
    userId: string | null,
    tokenId: string,
  ): Promise<{ name: string | null; email?: string | null } | null> {
    const { users, tokens } = peopleTables;
    if (userId === null) return this.database.getRepository(tokens.entity).findOneBy({ id: tokenId });
    return this.database.getRepository(users.entity).findOneBy({ id: userId });
  }

  /** Access knows a new user or token at once; this read model follows a moment later. */
  private async untilPeopleAreKnown(): Promise<void> {
    await this.checkpoints.waitFor([people.id], await this.checkpoints.position([ACCESS_FOLLOWER]), WAIT_MS);
  }
}

@ApiTags('people')
@Controller('api/me')
export class WhoAmIEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Shows the caller.' })
  @ReadsFrom(people)
  @ApiOkResponse({ type: MeAnswer })
  who(@Asked() caller: Caller): Promise<MeAnswer> {
    return this.queries.execute(new WhoAmI(caller));
  }
}
