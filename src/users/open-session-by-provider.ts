import { Controller, Get, HttpCode, Inject, Post, Query, Redirect, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiFoundResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { SIGN_IN_SECONDS } from '../platform/auth/pending-sign-ins.js';
import { Access } from '../access/access.js';
import { Asked, type AskedRequest, type Caller, OpenToAll } from '../platform/auth/caller.js';
import { Credentials } from '../platform/auth/credentials.js';
import { OpenIdClient } from '../platform/auth/openid-client.js';
import { Refused } from '../platform/domain.js';
import type { CookieReply } from '../platform/auth/cookies.js';
import { AnswersSecret } from '../platform/http/idempotency.js';
import { MayBeLeftOut } from '../platform/http/input.js';
import { goingOn, HTML } from '../platform/http/page.js';
import { readByPeople } from '../platform/http/problems.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { PendingOpenIdSignIns, type PendingOpenIdSignIn } from './pending-openid-sign-ins.js';
import { OpenIdProvider } from './openid-provider.js';
import { setSessionCookie } from './session-cookie.js';
import { SignInByProvider } from './sign-in-by-provider.js';

const CALLBACK = '/api/session/openid/callback';

class ReturnQuery {
  /** Path of this site to open after the sign-in; default `/`. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(1000)
  @Matches(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, { message: 'must be a path of this site, such as /mail' })
  returnTo?: string;
}

class SignInPage {
  /** Address of the provider’s sign-in page, to open in this browser. */
  url!: string;
}

/** Sign-in at the company's OpenID provider: authorization code with PKCE (RFC 7636), state and nonce. */
@ApiTags('people')
@Controller('api/session/openid')
export class OpenIdSessionEndpoint {
  constructor(
    private readonly provider: OpenIdProvider,
    private readonly pending: PendingOpenIdSignIns,
    private readonly commands: CommandBus,
    private readonly access: Access,
    private readonly credentials: Credentials,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  @Get('start')
  @OpenToAll()
  @Redirect()
  @ApiOperation({ summary: 'Sends a person to the sign-in page of the company’s OpenID provider.' })
  @ApiFoundResponse({ description: 'Redirect to the page of the provider.' })
  @ApiTooManyRequestsResponse({
    description:
      'Too Many Requests: too many sign-ins from this network address. `Retry-After` says when to try again.',
  })
  @ApiNotFoundResponse({ description: 'Not Found: no OpenID provider is configured. Sign in by password.' })
  async start(
    @Query() { returnTo = '/' }: ReturnQuery,
    @Req() request: AskedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<{ url: string; statusCode: number }> {
    readByPeople(request);
    return { url: await this.begin(request, reply, { returnTo, links: null }), statusCode: 302 };
  }

  @Post()
  @HttpCode(200)
  @AnswersSecret()
  @ApiOperation({ summary: 'Begins to link the signed-in person to the company’s OpenID provider.' })
  @ApiOkResponse({ type: SignInPage })
  @ApiTooManyRequestsResponse({
    description:
      'Too Many Requests: too many sign-ins from this network address. `Retry-After` says when to try again.',
  })
  @ApiNotFoundResponse({ description: 'Not Found: no OpenID provider is configured. Sign in by password.' })
  async link(
    @Query() { returnTo = '/' }: ReturnQuery,
    @Asked() caller: Caller,
    @Req() request: AskedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<SignInPage> {
    const user =
      caller.userId === null || caller.tokenId !== undefined ? undefined : await this.access.userById(caller.userId);
    if (!user)
      throw new Refused(
        'only-a-person-signs-in',
        'forbidden',
        'A service cannot be linked to the OpenID provider. Sign in as a person first.',
      );
    return {
      url: await this.begin(request, reply, { returnTo, links: { userId: user.id, asOf: user.sessionsAfter } }),
    };
  }

  @Get('callback')
  @OpenToAll()
  @ApiOperation({
    summary: 'Receives the browser back from the provider, opens a session and continues to `returnTo`.',
    description: 'A refused sign-in continues there, too, with its reason in the parameter `refused`.',
  })
  @ApiProduces('text/html')
  @ApiOkResponse({ description: 'Page that continues to `returnTo`.', schema: { type: 'string' } })
  @ApiForbiddenResponse({
    description:
      'Forbidden: this browser did not begin the sign-in, or the person is not allowed in. `reason` says why.',
  })
  @ApiConflictResponse({
    description: 'Conflict: the sign-in has expired, is used already, or belongs to another user.',
  })
  @ApiNotFoundResponse({ description: 'Not Found: no OpenID provider is configured. Sign in by password.' })
  @ApiUnprocessableEntityResponse({
    description:
      'Unprocessable Content: the person or the provider declined, or the answer of the provider is not valid.',
  })
  async finish(@Req() request: AskedRequest, @Res({ passthrough: true }) reply: CookieReply): Promise<string> {
    readByPeople(request);
    this.provider.configured();
    const signIn = this.pending.take(request, reply, this.redirectUri);
    readByPeople(request, signIn.returnTo);
    await this.pending.use(signIn);
    const { challenge, links, returnTo } = signIn;
    if (links && !(await this.access.person(links.userId, links.asOf)))
      throw new Refused(
        'begun-by-somebody-else',
        'forbidden',
        'The user of this sign-in is not signed in here any more. Sign in, and begin again.',
      );
    const cameBackTo = new URL(this.redirectUri);
    cameBackTo.search = new URL(request.url, this.redirectUri).search;
    const claims = await this.provider.exchange(cameBackTo, challenge);
    const { userId, sessionsAfter } = await this.commands.execute(
      new SignInByProvider(claims, links?.userId ?? null, request.id),
    );
    const token = await this.credentials.openSession(userId, sessionsAfter, 'provider');
    setSessionCookie(reply, token, 'provider', this.redirectUri.startsWith('https:'));
    // A redirect counts as a request from the provider's site: browsers would leave out the SameSite=Strict cookie.
    void reply.type(HTML);
    return goingOn('Signed in', returnTo);
  }

  private async begin(
    { ip }: AskedRequest,
    reply: CookieReply,
    signIn: Pick<PendingOpenIdSignIn, 'returnTo' | 'links'>,
  ): Promise<string> {
    this.provider.configured();
    await this.pending.mayBegin(ip);
    const challenge = OpenIdClient.challenge();
    const url = await this.provider.authorizationUrl(challenge, this.redirectUri);
    this.pending.give(reply, this.redirectUri, { ...signIn, challenge, until: Date.now() + SIGN_IN_SECONDS * 1000 });
    return url;
  }

  private get redirectUri(): string {
    return `${(this.platform.config.publicUrl ?? '').replace(/\/$/, '')}${CALLBACK}`;
  }
}
