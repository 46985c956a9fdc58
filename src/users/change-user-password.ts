import { Body, Controller, Param, Put, Req } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { randomBytes } from 'node:crypto';
import { Access } from '../access/access.js';
import { Asked, type AskedRequest, type Caller, requireAdministrator } from '../platform/auth/caller.js';
import { presented } from '../access/callers.js';
import { Credentials } from '../platform/auth/credentials.js';
import type { Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { AnswersSecret } from '../platform/http/idempotency.js';
import { MayBeLeftOut } from '../platform/http/input.js';
import { BadInput } from '../platform/http/problems.js';
import { LoginThrottle } from './login-throttle.js';
import { UsersStream } from './users-stream.js';

class ChangeUserPasswordBody {
  /** New password. If an administrator leaves it out for another user, the service generates a password. */
  @MayBeLeftOut()
  @IsString()
  @MinLength(10)
  @MaxLength(200)
  password?: string;

  /** Password in force: required for the caller’s own password, and refused for another user’s password. */
  @MayBeLeftOut()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  current?: string;
}

class UserPasswordAnswer extends CommandAnswer {
  /** Generated password, shown only in this answer; absent when the caller gave a password. */
  password?: string;
}

class ChangeUserPassword extends Command<UserPasswordAnswer> {
  constructor(
    readonly userId: string,
    readonly password: string | undefined,
    readonly origin: Origin,
    /** secret of the session that stays open; undefined: none */
    readonly session: string | undefined,
  ) {
    super();
  }
}

/** Ends all other sessions of the user. */
@CommandHandler(ChangeUserPassword)
export class ChangeUserPasswordHandler implements ICommandHandler<ChangeUserPassword> {
  constructor(
    private readonly users: UsersStream,
    private readonly credentials: Credentials,
    private readonly access: Access,
  ) {}

  async execute({ userId, password, origin, session }: ChangeUserPassword): Promise<UserPasswordAnswer> {
    const generated = password === undefined ? randomBytes(12).toString('base64url') : undefined;
    const decided = await this.users.changePassword(userId, password ?? generated!, origin);
    if (session !== undefined) await this.credentials.keepSession(session, decided.position);
    await this.access.knows(decided.position);
    await this.credentials.closeSessionsOf(userId, decided.position);
    return { ...answer(decided, userId), ...(generated !== undefined && { password: generated }) };
  }
}

@Controller('api/users')
export class ChangeUserPasswordEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly access: Access,
    private readonly users: UsersStream,
    private readonly throttle: LoginThrottle,
  ) {}

  @Put(':id/password')
  @AnswersSecret()
  @ApiOperation({
    summary: 'Changes the caller’s password, or for administrators any user’s. All other sessions of the user end.',
  })
  @ApiOkResponse({ type: UserPasswordAnswer })
  @ApiTooManyRequestsResponse({
    description: 'Too Many Requests: the current password was wrong too often. `Retry-After` says when to try again.',
  })
  async change(
    @Param('id') id: string,
    @Body() { password, current }: ChangeUserPasswordBody,
    @Asked() caller: Caller,
    @Req() request: AskedRequest,
  ): Promise<UserPasswordAnswer> {
    const own = caller.userId === id;
    if (own) await this.requireCurrent(id, password, current);
    else requireAdministrator(caller);
    if (!own && current !== undefined)
      throw new BadInput([{ field: 'current', message: 'must be left out for the password of another user' }]);
    const session = own ? presented(request)?.secret : undefined;
    return this.commands.execute(new ChangeUserPassword(id, password, caller.origin, session));
  }

  private async requireCurrent(
    userId: string,
    password: string | undefined,
    current: string | undefined,
  ): Promise<void> {
    const missing = [...(password === undefined ? ['password'] : []), ...(current === undefined ? ['current'] : [])];
    if (missing.length > 0)
      throw new BadInput(missing.map((field) => ({ field, message: 'is required for your own password' })));
    const attempt = await this.throttle.tellPassword(userId);
    if (!(await this.users.isPasswordOf(await this.access.userById(userId), current!)))
      throw new Refused('current-password-wrong', 'forbidden');
    await attempt.succeeded();
  }
}
