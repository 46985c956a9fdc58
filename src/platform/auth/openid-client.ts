import * as client from 'openid-client';
import { cleanLine } from '../database/clean-text.js';
import { Refused } from '../domain.js';

/** What a person's browser is sent away with, and has to come back with. */
export interface Challenge {
  state: string;
  nonce: string;
  verifier: string;
}

export type Claims = Record<string, unknown> & { iss: string; sub: string };

export interface Granted {
  accessToken: string;
  /** of the access token, ms since 1970 */
  expiresAt: number;
  /** undefined: the one that there was stays */
  refreshToken: string | undefined;
}

export interface Registration {
  /** of the provider, as it stands within a sentence */
  name: string;
  issuer: string;
  id: string;
  secret: string;
  secretIn: 'body' | 'header';
  /** a provider of many companies, each an issuer of its own (`{tenantid}`): whether anybody of any of them will do */
  anyCompany: boolean;
}

/** The provider takes the refresh token no more: the person has to sign in again. */
export class GrantGone extends Error {
  override readonly name = 'GrantGone';
}
/** Whether the grant is in force is not known: the provider cannot be asked, or does not know this service. */
export class ProviderNotAnswering extends Error {
  override readonly name = 'ProviderNotAnswering';
}

/** RFC 6749 §5.2, OpenID Connect Core §3.1.2.6: what only the person can mend. */
const GRANT_GONE = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required']);
const DEFAULT_SECONDS = 300;
const KEPT_MS = 3_600_000;

/** This service as a client of one provider: OpenID Connect, authorization code with PKCE, state and nonce. */
export class OpenIdClient {
  private found: { at: number; configuration: Promise<client.Configuration> } | undefined;

  constructor(
    private readonly registration: Registration,
    /** decides where may be asked, of all that the provider names */
    private readonly fetch: client.CustomFetch,
  ) {}

  static challenge(): Challenge {
    return { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
  }

  /** Where to send the browser. @throws Refused 503 when the provider cannot be asked */
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
   * What the code that a browser came back with is worth. A code is good once, so what the provider says of itself is asked anew
   * before: no key that it has replaced makes one worthless.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused 422 when the person or the provider said no, or what was said cannot be believed; 503 when nothing is known
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

  /** What the provider tells beside the ID token, where it tells anything. @throws Refused as `exchange` */
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
    return found && Date.now() - found.at < KEPT_MS ? found.configuration : this.discover();
  }

  /** What the provider says of itself; a failure is not kept. */
  private discover(): Promise<client.Configuration> {
    const { id, secret, secretIn, issuer, anyCompany } = this.registration;
    const url = new URL(issuer);
    const execute = [client.enableNonRepudiationChecks];
    // The fetch itself goes unencrypted on this machine only.
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out
    if (url.protocol === 'http:') execute.push(client.allowInsecureRequests);
    const authentication = secretIn === 'body' ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
    const configuration = client
      .discovery(url, id, undefined, authentication, { execute, [client.customFetch]: this.fetch })
      .then((discovered) => {
        if (!anyCompany && discovered.serverMetadata().issuer.includes('{'))
          throw new Error('it is the provider of many companies: the issuer of yours has to be named');
        return discovered;
      });
    const found = { at: Date.now(), configuration };
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
        `the sign-in with ${name} was given up; it can be begun again`,
      );
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
      return new Refused('sign-in-refused', 'unprocessable', `${name} refused: ${wordOf(error)}`);
    if (
      error instanceof client.ClientError &&
      /^OAUTH_(INVALID_RESPONSE|JWT|JSON|MISSING|KEY|ID_TOKEN)/.test(error.code ?? '')
    )
      return new Refused(
        'sign-in-refused',
        'unprocessable',
        `the answer of ${name} cannot be believed: ${wordOf(error)}`,
      );
    return this.notAnswering(error);
  }

  private notAnswering(error: unknown): Refused {
    const { name } = this.registration;
    return new Refused('provider-not-answering', 'unavailable', `${name} cannot be asked right now: ${wordOf(error)}`);
  }
}

const granted = (answer: client.TokenEndpointResponse): Granted => ({
  accessToken: answer.access_token,
  expiresAt: Date.now() + (answer.expires_in ?? DEFAULT_SECONDS) * 1000,
  refreshToken: answer.refresh_token,
});

/** A foreign failure in a few words: a code of the standard, or what the connection says. Never what was sent. */
function wordOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return cleanLine(error.error, 60);
  const { code, cause, message } = error as { code?: string; cause?: unknown; message: string };
  const inner = cause instanceof Error ? cause.message : undefined;
  return cleanLine(inner ?? code ?? message, 120);
}
