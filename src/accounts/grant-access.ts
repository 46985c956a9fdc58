import { Controller, Param, Put } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { account } from './account.fold.js';
import { grantAccess } from './account.decider.js';
import { accountStream } from './account.events.js';
import { requireMailModule } from '../access/mail-scope.js';

class GrantAccess extends Command<CommandAnswer> {
  constructor(
    readonly accountId: string,
    readonly userId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(GrantAccess)
export class GrantAccessHandler implements ICommandHandler<GrantAccess> {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
  ) {}

  async execute({ accountId, userId, origin }: GrantAccess): Promise<CommandAnswer> {
    const to = await this.access.grantee(userId);
    const decided = await this.decide.on(
      accountStream(accountId),
      account,
      origin,
      (state) => grantAccess(state, origin.actor, accountId, to),
      {
        ifMatch: origin.ifMatch,
      },
    );
    await this.access.knows(decided.position);
    return answer(decided);
  }
}

@Controller('api/accounts')
export class GrantAccessEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id/access/:userId')
  @ApiOperation({ summary: 'Gives a user access to an account, in force with the answer.' })
  grant(@Param('id') id: string, @Param('userId') userId: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    requireMailModule(caller);
    return this.commands.execute(new GrantAccess(id, userId, caller.origin));
  }
}
