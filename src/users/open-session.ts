import { Body, Controller, Delete, HttpCode, HttpException, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTooManyRequestsResponse, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { Access, type Person } from '../access/access.js';
import { presented, SESSION_COOKIE } from '../access/callers.js';
import { type AskedRequest, OpenToAll } from '../platform/auth/caller.js';
import { Credentials } from '../platform/auth/credentials.js';
import { Decide } from '../platform/commands/decide.js';
import type { Role } from '../platform/domain.js';
import type { CookieReply } from '../platform/auth/cookies.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { LoginThrottle } from './login-throttle.js';
import { setSessionCookie } from './session-cookie.js';
import { users } from './user.fold.js';
import { USERS_STREAM } from './user.events.js';
import { normalEmail, UsersStream } from './users-stream.js';

class OpenSessionBody {
  /** Mail address of the user; upper and lower case are equal. */
  @IsString()
  @MinLength(1)
  @MaxLength(254)
  email!: string;

  /** Password of the user. */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  password!: string;
}

class SignedInUser {
  /** Id of the user. */
  id!: string;
  /** Name of the user; null once the person has been forgotten. */
  name!: string | null;
  /** Mail address of the user, in lower case. */
  email!: string;
  /** Role of the user. */
  role!: Role;
  /** True if the user may use at least one mail account. */
  mailModule!: boolean;
}

class SessionAnswer {
  /** Token of the session for the header `Authorization: Bearer`; valid for 7 days. */
  token!: string;
  /** The user that has signed in. */
  user!: SignedInUser;
}

/** Sign-in and sign-out by password. Sessions expire and are no facts. */
@Controller('api/session')
export class SessionEndpoint {
  constructor(
    private readonly access: Access,
    private readonly credentials: Credentials,
    private readonly master: MasterKey,
    private readonly users: UsersStream,
    private readonly throttle: LoginThrottle,
    private readonly decide: Decide,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  @Post()
  @HttpCode(200)
  @OpenToAll()
  @ApiOperation({ summary: 'Signs a person in and sets the session cookie.' })
  @ApiOkResponse({ type: SessionAnswer })
  @ApiUnauthorizedResponse({ description: 'Unauthorized: no active user has this address and password.' })
  @ApiTooManyRequestsResponse({
    description: 'Too Many Requests: too many failed attempts. `Retry-After` says when to try again.',
  })
  async open(
    @Body() body: OpenSessionBody,
    @Req() request: AskedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<SessionAnswer> {
    const emailKey = this.master.nameFor('user-email', normalEmail(body.email));
    const known = await this.access.userByEmail(emailKey);
    request.signsIn = known?.id;
    const user = known?.active ? known : undefined;
    const attempt = await this.throttle.signIn(emailKey, request.ip);
    const right = await this.users.isPasswordOf(user, body.password);
    const person = user && right ? await this.access.person(user.id, user.sessionsAfter) : undefined;
    if (!user || !person) {
      throw new HttpException('No active user has this address and password. Check both, and try again.', 401);
    }
    await attempt.succeeded();
    const token = await this.credentials.openSession(person.id, user.sessionsAfter, 'password');
    const secure = this.platform.config.publicUrl?.startsWith('https:') ?? request.protocol === 'https';
    setSessionCookie(reply, token, 'password', secure);
    return { token, user: await this.shown(person, normalEmail(body.email)) };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Signs the caller out.' })
  async close(@Req() request: AskedRequest, @Res({ passthrough: true }) reply: CookieReply): Promise<void> {
    const credential = presented(request);
    if (credential) await this.credentials.closeSession(credential.secret);
    reply.clearCookie(SESSION_COOKIE, { path: '/' });
  }

  private async shown({ id, role, accounts }: Person, email: string): Promise<SignedInUser> {
    const { state } = await this.decide.load(USERS_STREAM, users);
    return {
      id,
      name: state.byId.get(id)?.name ?? null,
      email,
      role,
      mailModule: role === 'administrator' || (role === 'user' && accounts.size > 0),
    };
  }
}
