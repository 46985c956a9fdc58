import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { accountStream, type MailProvider, needsSignIn, passwordName, tokensName } from '../account.events.js';
import { account, type AccountLogin } from '../account.fold.js';
import { GrantGone, ProviderNotAnswering } from '../../platform/auth/openid-client.js';
import { bySystem, Decide } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { reached } from '../../platform/steps.js';
import { Locks } from '../../platform/database/locks.js';
import { Vault } from '../../platform/secrets/vault.js';
import { MailServers, type ServerFailures, type ServersToTry } from '../../mail/servers/mail-servers.js';
import { type Credentials, MailServerFailure } from '../../mail/servers/servers.js';
import { expireSignIn } from './sign-in-expired.decider.js';
import type { Tokens } from './sign-in-provider.js';
import { SignInProviders } from './sign-in-providers.js';

/** Tokens are renewed this long before they expire: a login takes time, and a fetch may connect again. */
const AHEAD_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 50;

/** Credentials for the servers of an account: its password, or an access token that is renewed before it expires. */
@Injectable()
export class MailLogins {
  private readonly renewing = new Map<string, Promise<string>>();

  constructor(
    private readonly vault: Vault,
    private readonly providers: SignInProviders,
    private readonly servers: MailServers,
    private readonly locks: Locks,
    private readonly decide: Decide,
  ) {}

  /**
   * @param refused credentials that a server refused: the same token is renewed, even if it has not expired
   * @throws Refused 422 `password-needed`, 409 `sign-in-needed`; MailServerFailure when the provider does not answer
   */
  async of(accountId: string, account: AccountLogin, refused?: Credentials): Promise<Credentials> {
    const { settings, signIn, passwordVersion } = account;
    const { login } = settings;
    if (signIn.with === 'password') {
      const password = await this.vault.reveal(passwordName(accountId), passwordVersion);
      if (password === null)
        throw new Refused(
          'password-needed',
          'unprocessable',
          'No password is stored for this account. Enter its password.',
        );
      return { login, password };
    }
    if (needsSignIn(signIn)) throw signInNeeded();
    this.requireOwnServers(signIn.with, settings);
    const refusedToken = refused && 'accessToken' in refused ? refused.accessToken : undefined;
    return { login, accessToken: await this.accessToken(accountId, signIn.with, signIn.tokens!, refusedToken) };
  }

  /**
   * Tries the stored login and returns the failures. A refused token is renewed and tried once more.
   * @throws Refused as `of`
   */
  async tryEach(accountId: string, account: AccountLogin, servers: ServersToTry): Promise<ServerFailures> {
    try {
      const credentials = await this.of(accountId, account);
      const failed = await this.servers.tryEach(servers, credentials);
      const refused = [failed.incoming, failed.outgoing].some((failure) => failure?.reason === 'login-refused');
      if (!refused || 'password' in credentials) return failed;
      return await this.servers.tryEach(servers, await this.of(accountId, account, credentials));
    } catch (error) {
      if (error instanceof MailServerFailure) return { incoming: error, outgoing: undefined };
      throw error;
    }
  }

  /** @throws Refused 422 for servers that must not receive a token of this provider */
  requireOwnServers(
    provider: MailProvider,
    { incoming, outgoing }: Pick<AccountLogin['settings'], 'incoming' | 'outgoing'>,
  ): void {
    const known = this.providers.get(provider);
    for (const [server, settings] of Object.entries({ incoming, outgoing }))
      if (!known.mayHaveToken(settings))
        throw new Refused(
          'not-a-server-of-the-provider',
          'unprocessable',
          `A sign-in with ${known.name} works with its own mail servers over TLS. Change the ${server} server, or use a password.`,
          { server },
        );
  }

  private async accessToken(
    accountId: string,
    provider: MailProvider,
    version: number,
    refused?: string,
  ): Promise<string> {
    const tokens = await this.kept(accountId, version);
    if (isGood(tokens, refused)) return tokens.accessToken;
    const key = `${accountId} ${version}`;
    const renewed =
      this.renewing.get(key) ??
      this.renew(accountId, provider, version, tokens.accessToken).finally(() => this.renewing.delete(key));
    this.renewing.set(key, renewed);
    return renewed;
  }

  /** One process at a time: a second use of a refresh token may end the whole grant (RFC 9700 §4.14.2). */
  private async renew(accountId: string, provider: MailProvider, version: number, stale: string): Promise<string> {
    for (;;) {
      const lock = await this.locks.tryAcquire(`sign-in ${accountId}`);
      try {
        const tokens = await this.kept(accountId, version);
        if (isGood(tokens, stale)) return tokens.accessToken;
        if (lock) return await this.renewed(accountId, provider, version, tokens);
      } finally {
        await lock?.release();
      }
      await pause(LOOK_AGAIN_MS);
    }
  }

  private async renewed(accountId: string, provider: MailProvider, version: number, tokens: Tokens): Promise<string> {
    try {
      const renewed = await this.providers.get(provider).renew(tokens);
      reached('renewal.answered');
      // Stored before use: the provider has replaced the refresh token, and does not accept the old one any more.
      if (!(await this.vault.replace(tokensName(accountId), version, JSON.stringify(renewed)))) throw signInNeeded();
      reached('renewal.kept');
      return renewed.accessToken;
    } catch (error) {
      if (error instanceof ProviderNotAnswering)
        throw new MailServerFailure('provider-not-answering', error.message, 'incoming');
      if (!(error instanceof GrantGone)) throw error;
      // This process may have lost its lock without notice, and another process may have renewed the tokens.
      if (!(await this.vault.eraseUnlessReplaced(tokensName(accountId), version, JSON.stringify(tokens))))
        return (await this.kept(accountId, version)).accessToken;
      reached('run-out.erased');
      throw await this.ranOut(accountId, version);
    }
  }

  private async kept(accountId: string, version: number): Promise<Tokens> {
    const kept = await this.vault.reveal(tokensName(accountId), version);
    if (kept === null) throw await this.ranOut(accountId, version);
    return JSON.parse(kept) as Tokens;
  }

  /** Records that the tokens expired. They are erased first: after a crash, the next use finds none and records it. */
  private async ranOut(accountId: string, version: number): Promise<Refused> {
    await this.decide.on(accountStream(accountId), account, bySystem('sign-in', accountId), (state) =>
      expireSignIn(state, accountId, version),
    );
    return signInNeeded();
  }
}

const isGood = ({ accessToken, expiresAt }: Tokens, refused: string | undefined): boolean =>
  accessToken !== refused && expiresAt - Date.now() > AHEAD_MS;

const signInNeeded = (): Refused =>
  new Refused(
    'sign-in-needed',
    'conflict',
    'Nobody is signed in to this mailbox at its provider. Sign in to it first.',
  );
