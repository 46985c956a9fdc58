import { Controller, Delete, Param } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { account } from './account.fold.js';
import { revokeAccess } from './account.decider.js';
import { accountStream } from './account.events.js';
import { requireMailModule } from '../access/mail-scope.js';

class RevokeAccess extends Command<CommandAnswer> {
  constructor(
    readonly accountId: string,
    readonly userId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(RevokeAccess)
export class RevokeAccessHandler implements ICommandHandler<RevokeAccess> {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
  ) {}

  async execute({ accountId, userId, origin }: RevokeAccess): Promise<CommandAnswer> {
    const from = await this.access.grantee(userId);
    const decided = await this.decide.on(
      accountStream(accountId),
      account,
      origin,
      (state) => revokeAccess(state, origin.actor, accountId, from),
      {
        ifMatch: origin.ifMatch,
      },
    );
    await this.access.knows(decided.position);
    return answer(decided);
  }
}

@Controller('api/accounts')
export class RevokeAccessEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id/access/:userId')
  @ApiOperation({ summary: 'Takes the access to an account from a user, in force with the answer.' })
  revoke(@Param('id') id: string, @Param('userId') userId: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    requireMailModule(caller);
    return this.commands.execute(new RevokeAccess(id, userId, caller.origin));
  }
}
