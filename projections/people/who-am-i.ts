import { Controller, Get } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import type { Role } from '../../src/platform/domain.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { people, peopleTables } from './people.js';

export class MeAnswer {
  /** of the person, or of the token of a service that acts as itself */
  id!: string;
  name!: string | null;
  /** null for a service */
  email!: string | null;
  role!: Role;
  /** whether the mail pages are open to the caller */
  mailModule!: boolean;
}

export class WhoAmI extends Query<MeAnswer> {
  constructor(readonly caller: Caller) {
    super();
  }
}

@QueryHandler(WhoAmI)
export class WhoAmIHandler implements IQueryHandler<WhoAmI> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller: { actor, userId, accounts } }: WhoAmI): Promise<MeAnswer> {
    const role = actor.role as Role;
    const mailModule = role === 'administrator' || (role === 'user' && accounts.size > 0);
    const { users, tokens } = peopleTables;
    if (userId === null) {
      const token = await this.database.getRepository(tokens.entity).findOneBy({ id: actor.id });
      return { id: actor.id, name: token?.name ?? null, email: null, role, mailModule };
    }
    const user = await this.database.getRepository(users.entity).findOneBy({ id: userId });
    return { id: userId, name: user?.name ?? null, email: user?.email ?? null, role, mailModule };
  }
}

@ApiTags('people')
@Controller('api/me')
export class WhoAmIEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Who is asking' })
  @ReadsFrom(people)
  @ApiOkResponse({ type: MeAnswer })
  who(@Asked() caller: Caller): Promise<MeAnswer> {
    return this.queries.execute(new WhoAmI(caller));
  }
}
