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

export class ChangeUserPasswordBody {
  /** the new one; an administrator who leaves it out for somebody else gets one that is made up */
  @MayBeLeftOut()
  @IsString()
  @MinLength(10)
  @MaxLength(200)
  password?: string;

  /** the one in force: needed for one's own, and for nobody else's */
  @MayBeLeftOut()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  current?: string;
}

export class UserPasswordAnswer extends CommandAnswer {
  /** made up, and shown this once */
  password?: string;
}

export class ChangeUserPassword extends Command<UserPasswordAnswer> {
  constructor(
    readonly userId: string,
    readonly password: string | undefined,
    readonly origin: Origin,
    /** secret of the session that goes on */
    readonly session: string | undefined,
  ) {
    super();
  }
}

/** Every other session of his ends. */
@CommandHandler(ChangeUserPassword)
export class ChangeUserPasswordHandler implements ICommandHandler<ChangeUserPassword> {
  constructor(
    private readonly users: UsersStream,
    private readonly credentials: Credentials,
    private readonly access: Access,
  ) {}

  async execute({ userId, password, origin, session }: ChangeUserPassword): Promise<UserPasswordAnswer> {
    const madeUp = password === undefined ? randomBytes(12).toString('base64url') : undefined;
    const decided = await this.users.changePassword(userId, password ?? madeUp!, origin);
    if (session !== undefined) await this.credentials.keepSession(session, decided.position);
    await this.access.knows(decided.position);
    await this.credentials.closeSessionsOf(userId, decided.position);
    return { ...answer(decided, userId), ...(madeUp !== undefined && { password: madeUp }) };
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
  @ApiOperation({ summary: 'Changes one’s own password, or an administrator anybody’s; all other sessions end' })
  @ApiOkResponse({ type: UserPasswordAnswer })
  @ApiTooManyRequestsResponse({ description: 'the current password was wrong too often' })
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
      throw new BadInput([{ field: 'current', message: 'is asked of the person himself only' }]);
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
      throw new BadInput(missing.map((field) => ({ field, message: 'is needed to change one’s own password' })));
    const attempt = `password of ${userId}`;
    await this.throttle.mayTry(attempt);
    if (!(await this.users.isPasswordOf(await this.access.userById(userId), current!)))
      throw new Refused('current-password-wrong', 'forbidden');
    await this.throttle.succeeded(attempt);
  }
}
