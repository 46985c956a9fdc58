import { Controller, Delete, Param } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { Asked, type Caller, requireAdministrator } from '../platform/auth/caller.js';
import { Credentials } from '../platform/auth/credentials.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { revokeToken } from './token.decider.js';
import { token } from './token.fold.js';
import { tokenStream } from './token.events.js';

class RevokeToken extends Command<CommandAnswer> {
  constructor(
    readonly tokenId: string,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(RevokeToken)
export class RevokeTokenHandler implements ICommandHandler<RevokeToken> {
  constructor(
    private readonly decide: Decide,
    private readonly credentials: Credentials,
    private readonly access: Access,
  ) {}

  async execute({ tokenId, origin }: RevokeToken): Promise<CommandAnswer> {
    const decided = await this.decide.on(
      tokenStream(tokenId),
      token,
      origin,
      (state) => revokeToken(state, origin.actor, tokenId),
      { ifMatch: origin.ifMatch },
    );
    await this.credentials.forgetToken(tokenId);
    await this.access.knows(decided.position);
    return answer(decided, tokenId);
  }
}

@Controller('api/tokens')
export class RevokeTokenEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id')
  @ApiOperation({ summary: 'Revokes a token at once. For administrators.' })
  revoke(@Param('id') id: string, @Asked() caller: Caller): Promise<CommandAnswer> {
    requireAdministrator(caller);
    return this.commands.execute(new RevokeToken(id, caller.origin));
  }
}
