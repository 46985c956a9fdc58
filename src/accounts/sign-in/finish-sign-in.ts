import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { SignInProviders } from './sign-in-providers.js';
import { notBegun } from '../../platform/auth/pending-sign-ins.js';
import { normalAddress } from '../../mail/reading/normal-address.js';
import { Access } from '../../access/access.js';
import { Callers } from '../../access/callers.js';
import type { Challenge } from '../../platform/auth/openid-client.js';
import { type AskedRequest, OpenToAll } from '../../platform/auth/caller.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { answer } from '../../platform/http/answers.js';
import type { CookieReply } from '../../platform/auth/cookies.js';
import { goingOn, HTML, page, wantsPage } from '../../platform/http/page.js';
import { readByPeople } from '../../platform/http/problems.js';
import { reached } from '../../platform/steps.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { Vault } from '../../platform/secrets/vault.js';
import { account, type OpenAccount } from '../account.fold.js';
import { grantSignIn, maySignIn } from '../account.decider.js';
import { accountStream, type MailProvider, passwordName, tokensName } from '../account.events.js';
import { PendingMailboxSignIns, type PendingMailboxSignIn } from './pending-mailbox-sign-ins.js';
import { LoginTrial, TriedAnswer } from '../login-trial.js';
import { providerNamed, redirectUriOf } from './start-sign-in.js';

class FinishSignIn extends Command<TriedAnswer> {
  constructor(
    readonly accountId: string,
    readonly provider: MailProvider,
    /** the redirect URI with the parameters of the provider */
    readonly cameBackTo: URL,
    readonly challenge: Challenge,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(FinishSignIn)
export class FinishSignInHandler implements ICommandHandler<FinishSignIn> {
  constructor(
    private readonly decide: Decide,
    private readonly providers: SignInProviders,
    private readonly vault: Vault,
    private readonly trial: LoginTrial,
  ) {}

  async execute({ accountId, provider, cameBackTo, challenge, origin }: FinishSignIn): Promise<TriedAnswer> {
    const stream = accountStream(accountId);
    const before = maySignIn((await this.decide.load(stream, account)).state, origin.actor, provider);
    const { tokens, mailboxes } = await this.providers.get(provider).exchange(cameBackTo, challenge);
    reached('sign-in.exchanged');
    requireMailbox(before, mailboxes);
    const name = tokensName(accountId);
    const version = await this.vault.keep(name, JSON.stringify(tokens));
    reached('sign-in.kept');
    let replaced = 0;
    const decided = await this.decide
      .on(stream, account, origin, (state) => {
        const open = maySignIn(state, origin.actor, provider);
        requireMailbox(open, mailboxes);
        replaced = open.passwordVersion;
        return grantSignIn(state, origin.actor, accountId, provider, version);
      })
      .catch(async (error: unknown) => {
        await this.vault.undo(name, version, error);
        throw error;
      });
    reached('sign-in.recorded');
    await this.vault.eraseUpTo(passwordName(accountId), replaced);
    reached('sign-in.password-erased');
    await this.vault.settle(name, version);
    return this.trial.try(accountId, decided.state as OpenAccount, undefined, answer(decided), origin);
  }
}

/** @throws Refused 422 for a mailbox of another account */
function requireMailbox({ settings: { address, login } }: OpenAccount, mailboxes: readonly string[]): void {
  const own = [address, login].map(normalAddress);
  if (mailboxes.some((mailbox) => own.includes(normalAddress(mailbox)))) return;
  throw new Refused(
    'another-mailbox',
    'unprocessable',
    `The sign-in was for another mailbox, not for ${address}. Begin again and choose ${address}, or add an account for the other mailbox.`,
  );
}

@ApiTags('accounts')
@Controller('api/oauth')
export class FinishSignInEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly pending: PendingMailboxSignIns,
    private readonly callers: Callers,
    private readonly access: Access,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  @Get(':provider/callback')
  @OpenToAll()
  @ApiOperation({
    summary:
      'Receives the browser back from the provider, and continues to `returnTo`, or shows the result of the sign-in.',
    description: 'A refused sign-in continues there, too, with its reason in the parameter `refused`.',
  })
  @ApiProduces('application/json', 'text/html')
  @ApiOkResponse({ type: TriedAnswer })
  @ApiForbiddenResponse({
    description: 'Forbidden: this browser did not begin the sign-in, or the person may not use the account any more.',
  })
  @ApiConflictResponse({ description: 'Conflict: the sign-in has expired or is used already. Begin again.' })
  @ApiUnprocessableEntityResponse({
    description: 'Unprocessable Content: the person or the provider declined, or the mailbox is another one.',
  })
  async finish(
    @Param('provider') name: string,
    @Req() request: AskedRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<TriedAnswer | string> {
    readByPeople(request);
    const provider = providerNamed(name);
    const signIn = this.pending.take(request, reply, redirectUriOf(provider, request, this.platform.config));
    if (signIn.provider !== provider) throw notBegun();
    readByPeople(request, signIn.returnTo);
    request.signsInTo = signIn.accountId;
    request.presentedBy = { by: signIn.by, via: signIn.via };
    await this.pending.use(signIn);
    const origin = await this.originOf(signIn, request);
    const cameBackTo = new URL(signIn.redirectUri);
    cameBackTo.search = new URL(request.url, signIn.redirectUri).search;
    const done = await this.commands.execute<FinishSignIn, TriedAnswer>(
      new FinishSignIn(signIn.accountId, provider, cameBackTo, signIn.challenge, origin),
    );
    if (!wantsPage(request.headers.accept)) return done;
    void reply.type(HTML);
    // The page of the account shows a login that failed, too.
    if (signIn.returnTo) return goingOn('Signed in', signIn.returnTo);
    return done.login === 'accepted'
      ? page('Signed in', 'The mailbox is connected. This page can be closed.')
      : page('Signed in, but not connected', `The login at the ${done.server} mail server failed: ${done.reason}.`);
  }

  /** @throws Refused 403 when the session of the person has ended, or another user has signed in with this browser */
  private async originOf({ userId, asOf, by, via }: PendingMailboxSignIn, request: AskedRequest): Promise<Origin> {
    const caller = await this.callers.of(request);
    const person = await this.access.person(userId, asOf);
    if (!person || (caller && caller.userId !== userId))
      throw new Refused(
        'begun-by-somebody-else',
        'forbidden',
        'The user of this sign-in is not signed in here any more. Sign in, and begin again.',
      );
    const actor = { id: person.id, role: person.role };
    return { actor, by, via, correlationId: request.id, causationId: null, commandId: request.id };
  }
}
