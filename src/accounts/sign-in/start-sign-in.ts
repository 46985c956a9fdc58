import { Controller, Get, Inject, Param, Query, Redirect, Req, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiFoundResponse,
  ApiOperation,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { MailLogins } from './mail-logins.js';
import { SignInProviders } from './sign-in-providers.js';
import { Access } from '../../access/access.js';
import { Asked, type AskedRequest, type Caller } from '../../platform/auth/caller.js';
import { SIGN_IN_SECONDS } from '../../platform/auth/pending-sign-ins.js';
import { OpenIdClient } from '../../platform/auth/openid-client.js';
import { Decide } from '../../platform/commands/decide.js';
import { Hidden, Refused } from '../../platform/domain.js';
import type { CookieReply } from '../../platform/auth/cookies.js';
import { MayBeLeftOut } from '../../platform/http/input.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { account } from '../account.fold.js';
import { maySignIn } from '../account.decider.js';
import { accountStream, type MailProvider } from '../account.events.js';
import { PendingMailboxSignIns } from './pending-mailbox-sign-ins.js';
import { mailOf, within } from '../../access/mail-scope.js';

class StartSignInQuery {
  /** Id of the account to sign in to. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  accountId!: string;

  /** Path of this site to open after the sign-in. Default: a page that tells the result. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(1000)
  @Matches(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, { message: 'must be a path of this site, such as /mail' })
  returnTo?: string;
}

/** @throws Refused 404 */
export function providerNamed(name: string): MailProvider {
  if (name !== 'google' && name !== 'microsoft') throw new Refused('provider-not-found', 'not-found');
  return name;
}

/** URI to which the provider sends the browser back. */
export function redirectUriOf(
  provider: MailProvider,
  request: AskedRequest,
  { publicUrl }: Platform['config'],
): string {
  const origin = publicUrl ?? `${request.protocol}://${request.host}`;
  return `${origin.replace(/\/$/, '')}/api/oauth/${provider}/callback`;
}

@ApiTags('accounts')
@Controller('api/oauth')
export class StartSignInEndpoint {
  constructor(
    private readonly decide: Decide,
    private readonly providers: SignInProviders,
    private readonly logins: MailLogins,
    private readonly pending: PendingMailboxSignIns,
    private readonly access: Access,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  @Get(':provider/start')
  @Redirect()
  @ApiOperation({ summary: 'Sends a person to Google or Microsoft to sign in to the mailbox of an account.' })
  @ApiFoundResponse({ description: 'Redirect to the page of the provider.' })
  @ApiConflictResponse({
    description: 'Conflict: this service is not registered with the provider, or the account is removed.',
  })
  @ApiTooManyRequestsResponse({
    description:
      'Too Many Requests: too many sign-ins from this network address. `Retry-After` says when to try again.',
  })
  @ApiUnprocessableEntityResponse({
    description: 'Unprocessable Content: the mail servers of the account are not the servers of the provider.',
  })
  async start(
    @Param('provider') name: string,
    @Query() { accountId, returnTo }: StartSignInQuery,
    @Asked() caller: Caller,
    @Req() request: AskedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<{ url: string; statusCode: number }> {
    const provider = providerNamed(name);
    if (!within(mailOf(caller), accountId)) throw await this.hidden(accountId);
    const { state } = await this.decide.load(accountStream(accountId), account);
    const { settings } = maySignIn(state, caller.actor, provider);
    request.signsInTo = accountId;
    const user = caller.userId === null ? undefined : await this.access.userById(caller.userId);
    if (!user)
      throw new Refused(
        'only-a-person-signs-in',
        'forbidden',
        'A service cannot sign in at the page of the provider. Sign in to the CRM as a person.',
      );
    const at = this.providers.get(provider);
    this.logins.requireOwnServers(provider, settings);
    await this.pending.mayBegin(request.ip);

    const challenge = OpenIdClient.challenge();
    const redirectUri = redirectUriOf(provider, request, this.platform.config);
    const url = await at.authorizationUrl(challenge, redirectUri, settings.address);
    this.pending.give(reply, redirectUri, {
      challenge,
      provider,
      accountId,
      userId: user.id,
      asOf: user.sessionsAfter,
      by: caller.origin.by,
      via: caller.origin.via,
      redirectUri,
      returnTo: returnTo ?? null,
      until: Date.now() + SIGN_IN_SECONDS * 1000,
    });
    return { url, statusCode: 302 };
  }

  private async hidden(accountId: string): Promise<Refused> {
    const exists = await this.access.accountExists(accountId);
    return exists ? new Hidden('account-not-found', accountId) : new Refused('account-not-found', 'not-found');
  }
}
