import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { randomUUID } from 'node:crypto';
import { Access } from '../access/access.js';
import { Asked, type Caller, requireAdministrator } from '../platform/auth/caller.js';
import { Credentials } from '../platform/auth/credentials.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import type { Role } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { AnswersSecret } from '../platform/http/idempotency.js';
import { issueToken } from './token.decider.js';
import { token } from './token.fold.js';
import { tokenStream } from './token.events.js';

class IssueTokenBody {
  /** Name of the service; histories show it as `api:<name>`. */
  @Matches(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, {
    message: 'must be 1 to 100 letters, digits, spaces, dots, dashes',
  })
  name!: string;

  /** Role of the service. A token acts on behalf of users of the same role; an administrator’s token for all. */
  @IsIn(['administrator', 'user', 'auditor'])
  role!: Role;
}

class TokenAnswer extends CommandAnswer {
  /** Secret for the header `Authorization: Bearer`, shown only in this answer. */
  token!: string;
}

class IssueToken extends Command<TokenAnswer> {
  constructor(
    readonly name: string,
    readonly role: Role,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(IssueToken)
export class IssueTokenHandler implements ICommandHandler<IssueToken> {
  constructor(
    private readonly decide: Decide,
    private readonly credentials: Credentials,
    private readonly access: Access,
  ) {}

  async execute({ name, role, origin }: IssueToken): Promise<TokenAnswer> {
    const tokenId = randomUUID().replaceAll('-', '');
    const decided = await this.decide.on(
      tokenStream(tokenId),
      token,
      origin,
      (state) => issueToken(state, origin.actor, { tokenId, name, role }),
      { assumeNew: true },
    );
    const secret = await this.credentials.makeToken(tokenId);
    await this.access.knows(decided.position);
    return { ...answer(decided, tokenId), token: secret };
  }
}

@Controller('api/tokens')
export class IssueTokenEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({
    summary: 'Issues an API token for a service. For administrators; only this answer holds the secret.',
  })
  @ApiCreatedResponse({ type: TokenAnswer })
  @AnswersSecret()
  issue(@Body() body: IssueTokenBody, @Asked() caller: Caller): Promise<TokenAnswer> {
    requireAdministrator(caller);
    return this.commands.execute(new IssueToken(body.name, body.role, caller.origin));
  }
}
