import type { MailProvider } from '../account.events.js';
import { type Challenge, type Granted, OpenIdClient } from '../../platform/auth/openid-client.js';
import type { SignInClient } from '../../platform/config.js';
import { Refused } from '../../platform/domain.js';
import { hostsOf } from '../../mail/detection/known-provider.js';
import type { Fetch } from '../../mail/servers/guarded-fetch.js';
import type { ServerSettings } from '../../mail/servers/servers.js';

export interface Tokens extends Granted {
  refreshToken: string;
}

const KNOWN: Record<
  MailProvider,
  { name: string; scope: string; parameters: Record<string, string>; mailboxClaims: string[] }
> = {
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

/** Sign-in at a provider of mailboxes, as its OAuth client (RFC 6749) and through the outbound guard. */
export class SignInProvider {
  readonly name: string;
  private readonly client: OpenIdClient;

  constructor(
    readonly provider: MailProvider,
    private readonly known: SignInClient,
    guarded: Fetch,
  ) {
    this.name = KNOWN[provider].name;
    const { id, secret, issuer } = known;
    this.client = new OpenIdClient(
      { name: this.name, id, secret, issuer, secretIn: 'body', anyCompany: true },
      guarded,
    );
  }

  /** True for encrypted servers of the provider: no other server may receive a token. */
  mayHaveToken({ host, security }: ServerSettings): boolean {
    return security !== 'none' && [...hostsOf(this.provider), ...this.known.mailHosts].includes(host.toLowerCase());
  }

  /** URL of the provider's page for the browser. @throws Refused 503 when the provider does not answer */
  authorizationUrl(challenge: Challenge, redirectUri: string, mailbox: string): Promise<string> {
    const { parameters, scope } = KNOWN[this.provider];
    return this.client.authorizationUrl(challenge, redirectUri, { ...parameters, scope, login_hint: mailbox });
  }

  /**
   * Exchanges the code from the browser for tokens and the addresses of the mailbox.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused 422 when the person or the provider declined; 503 when the provider does not answer
   */
  async exchange(cameBackTo: URL, challenge: Challenge): Promise<{ tokens: Tokens; mailboxes: string[] }> {
    const { claims, refreshToken, ...granted } = await this.client.exchange(cameBackTo, challenge);
    if (refreshToken === undefined)
      throw new Refused(
        'sign-in-refused',
        'unprocessable',
        `${this.name} gave no lasting access to the mailbox. Begin the sign-in again, and allow the access.`,
      );
    const mailboxes = KNOWN[this.provider].mailboxClaims
      .filter((name) => name !== 'email' || claims.email_verified !== false)
      .map((name) => claims[name])
      .filter((mailbox): mailbox is string => typeof mailbox === 'string');
    return { tokens: { ...granted, refreshToken }, mailboxes };
  }

  /** @throws GrantGone, ProviderNotAnswering */
  async renew({ refreshToken }: Tokens): Promise<Tokens> {
    const renewed = await this.client.renew(refreshToken);
    return { ...renewed, refreshToken: renewed.refreshToken ?? refreshToken };
  }
}
