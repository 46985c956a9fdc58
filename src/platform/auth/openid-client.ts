import * as client from 'openid-client';
import { cleanLine } from '../database/clean-text.js';
import { Refused } from '../domain.js';

/** State, nonce and PKCE verifier (RFC 7636) of one sign-in; the verifier is secret. */
export interface Challenge {
  state: string;
  nonce: string;
  verifier: string;
}

export type Claims = Record<string, unknown> & { iss: string; sub: string };

export interface Granted {
  accessToken: string;
  /** end of the access token, ms since 1970 */
  expiresAt: number;
  /** undefined: the previous refresh token stays in force */
  refreshToken: string | undefined;
}

interface Registration {
  /** name of the provider within a sentence, such as `the provider` */
  name: string;
  issuer: string;
  id: string;
  secret: string;
  secretIn: 'body' | 'header';
  /** true if the provider serves many companies, each with its own issuer (`{tenantid}`), and all may sign in */
  anyCompany: boolean;
}

/** The provider refuses the refresh token for good: the person has to sign in again. */
export class GrantGone extends Error {
  override readonly name = 'GrantGone';
}
/** The provider does not answer or does not know this service: the grant may still be in force. */
export class ProviderNotAnswering extends Error {
  override readonly name = 'ProviderNotAnswering';
}

/** Errors that only the person can mend: RFC 6749 §5.2, OpenID Connect Core §3.1.2.6. */
const GRANT_GONE = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required']);
const DEFAULT_SECONDS = 300;
const KEPT_MS = 3_600_000;

/** Client of one OpenID Connect provider: authorization code with PKCE, state and nonce. */
export class OpenIdClient {
  private found: { at: number; configuration: Promise<client.Configuration> } | undefined;

  constructor(
    private readonly registration: Registration,
    /** refuses forbidden hosts: the provider's metadata may name any host */
    private readonly fetch: client.CustomFetch,
  ) {}

  static challenge(): Challenge {
    return { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
  }

  /** Address of the provider's sign-in page. @throws Refused 503 if the provider does not answer */
  async authorizationUrl(
    { state, nonce, verifier }: Challenge,
    redirectUri: string,
    parameters: Record<string, string>,
  ): Promise<string> {
    const configuration = await this.configuration().catch((error: unknown) => {
      throw this.notAnswering(error);
    });
    return client.buildAuthorizationUrl(configuration, {
      ...parameters,
      redirect_uri: redirectUri,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /**
   * Exchanges the code that the browser came back with for tokens. A code works only once, so the provider's metadata
   * is fetched again first: an outdated signing key would waste the code.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused 422 if the person or the provider declined or the answer is invalid; 503 if the provider does not
   * answer
   */
  async exchange(cameBackTo: URL, { state, nonce, verifier }: Challenge): Promise<Granted & { claims: Claims }> {
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    try {
      const answer = await client.authorizationCodeGrant(await this.discover(), cameBackTo, checks);
      return { ...granted(answer), claims: { ...answer.claims()! } };
    } catch (error) {
      throw this.refusal(error);
    }
  }

  /** Claims of the UserInfo endpoint; empty if the provider has none. @throws Refused as `exchange` */
  async userInfo({ accessToken, claims }: { accessToken: string; claims: Claims }): Promise<Record<string, unknown>> {
    try {
      const configuration = await this.configuration();
      if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
      return await client.fetchUserInfo(configuration, accessToken, claims.sub);
    } catch (error) {
      throw this.refusal(error);
    }
  }

  /** @throws GrantGone, ProviderNotAnswering */
  async renew(refreshToken: string): Promise<Granted> {
    try {
      return granted(await client.refreshTokenGrant(await this.configuration(), refreshToken));
    } catch (error) {
      if (error instanceof client.ResponseBodyError && GRANT_GONE.has(error.error)) throw new GrantGone(error.error);
      throw new ProviderNotAnswering(`${this.registration.name}: ${wordOf(error)}`);
    }
  }

  private configuration(): Promise<client.Configuration> {
    const { found } = this;
    return found && performance.now() - found.at < KEPT_MS ? found.configuration : this.discover();
  }

  /** Fetches the provider's metadata; a failure is not cached. */
  private discover(): Promise<client.Configuration> {
    const { id, secret, secretIn, issuer, anyCompany } = this.registration;
    const url = new URL(issuer);
    const execute = [client.enableNonRepudiationChecks];
    // `fetch` allows unencrypted connections to this machine only.
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out
    if (url.protocol === 'http:') execute.push(client.allowInsecureRequests);
    const authentication = secretIn === 'body' ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
    const configuration = client
      .discovery(url, id, undefined, authentication, { execute, [client.customFetch]: this.fetch })
      .then((discovered) => {
        if (!anyCompany && discovered.serverMetadata().issuer.includes('{'))
          throw new Error('This issuer serves many companies. Configure the issuer of your company.');
        return discovered;
      });
    const found = { at: performance.now(), configuration };
    this.found = found;
    configuration.catch(() => {
      if (this.found === found) this.found = undefined;
    });
    return configuration;
  }

  private refusal(error: unknown): Refused {
    const { name } = this.registration;
    if (error instanceof client.AuthorizationResponseError && error.error === 'access_denied')
      return new Refused(
        'sign-in-declined',
        'unprocessable',
        `The sign-in with ${name} was declined. Begin again to sign in.`,
      );
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
      return new Refused(
        'sign-in-refused',
        'unprocessable',
        `The sign-in was refused by ${name}: ${wordOf(error)}. Begin again.`,
      );
    if (
      error instanceof client.ClientError &&
      /^OAUTH_(INVALID_RESPONSE|JWT|JSON|MISSING|KEY|ID_TOKEN)/.test(error.code ?? '')
    )
      return new Refused(
        'sign-in-refused',
        'unprocessable',
        `The answer of ${name} is invalid: ${wordOf(error)}. Begin again.`,
      );
    return this.notAnswering(error);
  }

  private notAnswering(error: unknown): Refused {
    const { name } = this.registration;
    return new Refused(
      'provider-not-answering',
      'unavailable',
      `No valid answer came from ${name}: ${wordOf(error)}. Try again later.`,
    );
  }
}

const granted = (answer: client.TokenEndpointResponse): Granted => ({
  accessToken: answer.access_token,
  expiresAt: Date.now() + (answer.expires_in ?? DEFAULT_SECONDS) * 1000,
  refreshToken: answer.refresh_token,
});

/** Short cause of a failure: an error code of the standard, or the error of the connection. Never holds sent data. */
function wordOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return cleanLine(error.error, 60);
  const { code, cause, message } = error as { code?: string; cause?: unknown; message: string };
  const inner = cause instanceof Error ? cause.message : undefined;
  return cleanLine(inner ?? code ?? message, 120);
}
