import * as client from 'openid-client';
import type { MailProvider } from '../../accounts/account.events.js';
import type { SignInClient } from '../../platform/config.js';
import { Refused } from '../../platform/domain.js';
import { cleanLine } from '../clean-text.js';
import { hostsOf } from '../detection/known-provider.js';
import type { Fetch } from '../guarded-fetch.js';
import type { ServerSettings } from '../servers.js';

export interface Tokens {
  refreshToken: string;
  accessToken: string;
  /** ms since 1970 */
  expiresAt: number;
}

/** What a person's browser is sent away with, and has to come back with. */
export interface Challenge {
  state: string;
  nonce: string;
  verifier: string;
}

/** The provider takes the refresh token no more: the person has to sign in again. */
export class GrantGone extends Error {
  override readonly name = 'GrantGone';
}
/** Whether the grant is in force is not known: the provider cannot be asked, or does not know this service. */
export class ProviderNotAnswering extends Error {
  override readonly name = 'ProviderNotAnswering';
}

const KNOWN: Record<MailProvider, { name: string; scope: string; parameters: Record<string, string>; mailboxClaims: string[] }> =
  {
    google: {
      name: 'Google',
      scope: 'openid email https://mail.google.com/',
      parameters: { access_type: 'offline', prompt: 'consent' },
      mailboxClaims: ['email'],
    },
    microsoft: {
      name: 'Microsoft',
      scope:
        'openid email profile offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send',
      parameters: {},
      mailboxClaims: ['preferred_username', 'email'],
    },
  };

/** RFC 6749 §5.2, OpenID Connect Core §3.1.2.6: what only the person can mend. */
const GRANT_GONE = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required']);
const DEFAULT_SECONDS = 300;

/** One provider that this service is a client of: OAuth 2.0 authorization code with PKCE, behind the outbound guard. */
export class SignInProvider {
  readonly name: string;
  private found: Promise<client.Configuration> | undefined;

  constructor(
    readonly provider: MailProvider,
    private readonly known: SignInClient,
    private readonly fetch: Fetch,
  ) {
    this.name = KNOWN[provider].name;
  }

  /** Tokens go to the provider's own mail servers only, and only encrypted. */
  mayHaveToken({ host, security }: ServerSettings): boolean {
    return security !== 'none' && [...hostsOf(this.provider), ...this.known.mailHosts].includes(host.toLowerCase());
  }

  static challenge(): Challenge {
    return { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
  }

  /** Where to send the browser. @throws Refused 503 when the provider cannot be asked */
  async authorizationUrl({ state, nonce, verifier }: Challenge, redirectUri: string, mailbox: string): Promise<string> {
    const configuration = await this.configuration().catch((error: unknown) => {
      throw this.notAnswering(error);
    });
    return client.buildAuthorizationUrl(configuration, {
      ...KNOWN[this.provider].parameters,
      redirect_uri: redirectUri,
      scope: KNOWN[this.provider].scope,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      login_hint: mailbox,
    }).href;
  }

  /**
   * What the code that a browser came back with is worth.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused when the person or the provider said no (422), or nothing is known (503)
   */
  async exchange(cameBackTo: URL, { state, nonce, verifier }: Challenge): Promise<{ tokens: Tokens; mailboxes: string[] }> {
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    const answer = await this.configuration()
      .then((configuration) => client.authorizationCodeGrant(configuration, cameBackTo, checks))
      .catch((error: unknown) => {
        throw this.refusal(error);
      });
    if (answer.refresh_token === undefined)
      throw new Refused('sign-in-refused', 'unprocessable', `${this.name} gave no lasting access to the mailbox`);
    const claims: Record<string, unknown> = { ...answer.claims() };
    const mailboxes = KNOWN[this.provider].mailboxClaims
      .filter((name) => name !== 'email' || claims.email_verified !== false)
      .map((name) => claims[name])
      .filter((mailbox): mailbox is string => typeof mailbox === 'string');
    return { tokens: tokensOf(answer, answer.refresh_token), mailboxes };
  }

  /** @throws GrantGone, ProviderNotAnswering */
  async renew({ refreshToken }: Tokens): Promise<Tokens> {
    try {
      const answer = await client.refreshTokenGrant(await this.configuration(), refreshToken);
      return tokensOf(answer, answer.refresh_token ?? refreshToken);
    } catch (error) {
      if (error instanceof client.ResponseBodyError && GRANT_GONE.has(error.error)) throw new GrantGone(error.error);
      throw new ProviderNotAnswering(`${this.name}: ${wordOf(error)}`);
    }
  }

  /** What the provider says of itself is asked for once; a failure is not kept. */
  private configuration(): Promise<client.Configuration> {
    const { id, secret, issuer } = this.known;
    const url = new URL(issuer);
    const execute = [client.enableNonRepudiationChecks];
    // The fetch itself goes unencrypted on this machine only.
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out
    if (url.protocol === 'http:') execute.push(client.allowInsecureRequests);
    this.found ??= client
      .discovery(url, id, undefined, client.ClientSecretPost(secret), { execute, [client.customFetch]: this.fetch })
      .catch((error: unknown) => {
        this.found = undefined;
        throw error;
      });
    return this.found;
  }

  private refusal(error: unknown): Refused {
    if (error instanceof client.AuthorizationResponseError && error.error === 'access_denied')
      return new Refused(
        'sign-in-declined',
        'unprocessable',
        `the sign-in with ${this.name} was given up; it can be begun again`,
      );
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
      return new Refused('sign-in-refused', 'unprocessable', `${this.name} refused: ${wordOf(error)}`);
    if (error instanceof client.ClientError && /^OAUTH_(INVALID_RESPONSE|JWT|JSON|MISSING|KEY|ID_TOKEN)/.test(error.code ?? ''))
      return new Refused('sign-in-refused', 'unprocessable', `the answer of ${this.name} cannot be believed: ${wordOf(error)}`);
    return this.notAnswering(error);
  }

  private notAnswering(error: unknown): Refused {
    return new Refused('provider-not-answering', 'unavailable', `${this.name} cannot be asked right now: ${wordOf(error)}`);
  }
}

const tokensOf = (answer: client.TokenEndpointResponse, refreshToken: string): Tokens => ({
  refreshToken,
  accessToken: answer.access_token,
  expiresAt: Date.now() + (answer.expires_in ?? DEFAULT_SECONDS) * 1000,
});

/** A foreign failure in a few words: a code of the standard, or what the connection says. Never what was sent. */
function wordOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return cleanLine(error.error, 60);
  const { code, cause, message } = error as { code?: string; cause?: unknown; message: string };
  const inner = cause instanceof Error ? cause.message : undefined;
  return cleanLine(inner ?? code ?? message, 120);
}
