import type { Fetch } from '../mail/servers/guarded-fetch.js';
import { type Challenge, type Claims, OpenIdClient } from '../platform/auth/openid-client.js';
import type { OpenIdConfig } from '../platform/config.js';
import { Refused, type Role } from '../platform/domain.js';

const TIME_MS = 10_000;
const SCOPE = 'openid email profile';

/**
 * The company's own OpenID provider. The operator names its origin, which may lie in the own network. Requests to other
 * origins that the provider names go through the outbound guard.
 */
export class OpenIdProvider {
  private readonly known: OpenIdClient | undefined;

  constructor(
    private readonly config: OpenIdConfig | undefined,
    guarded: Fetch,
  ) {
    if (!config) return;
    const { issuer, clientId: id, clientSecret: secret } = config;
    const { origin } = new URL(issuer);
    this.known = new OpenIdClient(
      { name: 'the provider', issuer, id, secret, secretIn: 'header', anyCompany: false },
      (input, init) =>
        new URL(input).origin === origin
          ? fetch(input, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIME_MS) })
          : guarded(input, init),
    );
  }

  /** URL of the provider's page for the browser. @throws Refused 404 without a provider; 503 when it does not answer */
  async authorizationUrl(challenge: Challenge, redirectUri: string): Promise<string> {
    return this.client.authorizationUrl(challenge, redirectUri, { scope: SCOPE });
  }

  /**
   * Exchanges the code from the browser for claims about the person.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused 422 when the person or the provider declined, or the answer is not valid; 503 without an answer
   */
  async exchange(cameBackTo: URL, challenge: Challenge): Promise<Claims> {
    const granted = await this.client.exchange(cameBackTo, challenge);
    if (this.tellsAll(granted.claims)) return granted.claims;
    return { ...(await this.client.userInfo(granted)), ...granted.claims };
  }

  /** The role of the first configured claim value that the person has; null: none. */
  roleOf(claims: Claims): Role | null {
    const has = new Set([this.rolesIn(claims)].flat());
    return [...this.configured().roles].find(([value]) => has.has(value))?.[1] ?? null;
  }

  /** False when an ID token lacks address or roles: some providers return these at the UserInfo endpoint only. */
  private tellsAll(claims: Claims): boolean {
    return claims.email !== undefined && this.rolesIn(claims) !== undefined;
  }

  private rolesIn(claims: Claims): unknown {
    // Some providers use dots within a claim name, so the whole name is tried first.
    const { roleClaim } = this.configured();
    return (
      claims[roleClaim.join('.')] ??
      roleClaim.reduce<unknown>(
        (within, name) => (within as Record<string, unknown> | null | undefined)?.[name],
        claims,
      )
    );
  }

  /** @throws Refused 404 when there is no provider */
  configured(): OpenIdConfig {
    if (this.config) return this.config;
    throw new Refused('openid-not-configured', 'not-found', 'No OpenID provider is configured. Sign in by password.');
  }

  private get client(): OpenIdClient {
    this.configured();
    return this.known!;
  }
}
