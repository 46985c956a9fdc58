import * as client from 'openid-client';
import { cleanLine } from '../mail/clean-text.js';
import type { Fetch } from '../mail/guarded-fetch.js';
import type { OpenIdConfig } from '../platform/config.js';
import { Refused, type Role } from '../platform/domain.js';

const TIME_MS = 10_000;
const SCOPE = 'openid email profile';

/** What a browser is sent away with, and has to come back with. */
export interface Challenge {
  state: string;
  nonce: string;
  verifier: string;
}

export type Claims = Record<string, unknown> & { iss: string; sub: string };

/**
 * The company's own provider, which the operator names: its origin may be wherever he says, in the own network too; what it refers to
 * elsewhere is asked behind the outbound guard.
 */
export class OpenIdProvider {
  private found: Promise<client.Configuration> | undefined;

  constructor(
    private readonly config: OpenIdConfig | undefined,
    private readonly guarded: Fetch,
  ) {}

  static challenge(): Challenge {
    return { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
  }

  /** Where to send the browser. @throws Refused 404 when there is no provider, 503 when it cannot be asked */
  async authorizationUrl({ state, nonce, verifier }: Challenge, redirectUri: string): Promise<string> {
    const configuration = await this.configuration();
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /**
   * Who came back, as the provider says.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused 422 when the person or the provider said no, or nothing that was said can be believed; 503 when it cannot be asked
   */
  async exchange(cameBackTo: URL, { state, nonce, verifier }: Challenge): Promise<Claims> {
    const configuration = await this.configuration();
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    try {
      const answer = await client.authorizationCodeGrant(configuration, cameBackTo, checks);
      const claims: Claims = { ...answer.claims()! };
      if (configuration.serverMetadata().userinfo_endpoint === undefined || this.tellsAll(claims)) return claims;
      return { ...(await client.fetchUserInfo(configuration, answer.access_token, claims.sub)), ...claims };
    } catch (error) {
      throw refusal(error);
    }
  }

  /** null: nothing that he is there makes him anything here. */
  roleOf(claims: Claims): Role | null {
    const has = new Set([this.rolesIn(claims)].flat());
    return [...this.configured().roles].find(([value]) => has.has(value))?.[1] ?? null;
  }

  /** Some providers tell more when they are asked than an ID token says. */
  private tellsAll(claims: Claims): boolean {
    return claims.email !== undefined && this.rolesIn(claims) !== undefined;
  }

  private rolesIn(claims: Claims): unknown {
    // A name with dots in it, as some providers have, is tried as a whole too.
    const { roleClaim } = this.configured();
    return (
      claims[roleClaim.join('.')] ??
      roleClaim.reduce<unknown>((within, name) => (within as Record<string, unknown> | null | undefined)?.[name], claims)
    );
  }

  /** @throws Refused 404 when there is no provider */
  configured(): OpenIdConfig {
    if (this.config) return this.config;
    throw new Refused('openid-not-configured', 'not-found', 'people sign in here by password: no OpenID provider is configured');
  }

  /** What the provider says of itself is asked for once; a failure is not kept. */
  private configuration(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.configured();
    const url = new URL(issuer);
    const execute = [client.enableNonRepudiationChecks];
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; on this machine only
    if (url.protocol === 'http:') execute.push(client.allowInsecureRequests);
    const fetched: Fetch = (input, init) =>
      new URL(input).origin === url.origin
        ? fetch(input, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIME_MS) })
        : this.guarded(input, init);
    this.found ??= client
      .discovery(url, clientId, undefined, client.ClientSecretBasic(clientSecret), { execute, [client.customFetch]: fetched })
      .catch((error: unknown) => {
        this.found = undefined;
        throw notAnswering(error);
      });
    return this.found;
  }
}

function refusal(error: unknown): Refused {
  if (error instanceof client.AuthorizationResponseError && error.error === 'access_denied')
    return new Refused('sign-in-declined', 'unprocessable', 'the sign-in was given up; it can be begun again');
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return new Refused('sign-in-refused', 'unprocessable', `the provider refused: ${cleanLine(error.error, 60)}`);
  if (error instanceof client.ClientError && /^OAUTH_(INVALID_RESPONSE|JWT|JSON|MISSING|KEY|ID_TOKEN)/.test(error.code ?? ''))
    return new Refused('sign-in-refused', 'unprocessable', `the provider’s answer cannot be believed: ${wordOf(error)}`);
  return notAnswering(error);
}

const notAnswering = (error: unknown): Refused =>
  new Refused('provider-not-answering', 'unavailable', `the provider cannot be asked right now: ${wordOf(error)}`);

/** A foreign failure in a few words, never what was sent. */
function wordOf(error: unknown): string {
  const { code, cause, message } = error as { code?: string; cause?: unknown; message: string };
  return cleanLine((cause instanceof Error ? cause.message : undefined) ?? code ?? message, 120);
}
