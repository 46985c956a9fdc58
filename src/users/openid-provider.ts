import type { Fetch } from '../mail/servers/guarded-fetch.js';
import { type Challenge, type Claims, OpenIdClient } from '../platform/auth/openid-client.js';
import type { OpenIdConfig } from '../platform/config.js';
import { Refused, type Role } from '../platform/domain.js';

const TIME_MS = 10_000;
const SCOPE = 'openid email profile';

/**
 * The company's own provider, which the operator names: its origin may be wherever he says, in the own network too; what it refers to
 * elsewhere is asked behind the outbound guard.
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

  /** Where to send the browser. @throws Refused 404 when there is no provider, 503 when it cannot be asked */
  async authorizationUrl(challenge: Challenge, redirectUri: string): Promise<string> {
    return this.client.authorizationUrl(challenge, redirectUri, { scope: SCOPE });
  }

  /**
   * Who came back, as the provider says.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused 422 when the person or the provider said no, or nothing that was said can be believed; 503 when it cannot be asked
   */
  async exchange(cameBackTo: URL, challenge: Challenge): Promise<Claims> {
    const granted = await this.client.exchange(cameBackTo, challenge);
    if (this.tellsAll(granted.claims)) return granted.claims;
    return { ...(await this.client.userInfo(granted)), ...granted.claims };
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
      roleClaim.reduce<unknown>(
        (within, name) => (within as Record<string, unknown> | null | undefined)?.[name],
        claims,
      )
    );
  }

  /** @throws Refused 404 when there is no provider */
  configured(): OpenIdConfig {
    if (this.config) return this.config;
    throw new Refused(
      'openid-not-configured',
      'not-found',
      'people sign in here by password: no OpenID provider is configured',
    );
  }

  private get client(): OpenIdClient {
    this.configured();
    return this.known!;
  }
}
