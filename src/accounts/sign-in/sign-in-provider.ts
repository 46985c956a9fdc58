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

/** A provider of mailboxes that this service is a client of, behind the outbound guard. */
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

  /** Tokens go to the provider's own mail servers only, and only encrypted. */
  mayHaveToken({ host, security }: ServerSettings): boolean {
    return security !== 'none' && [...hostsOf(this.provider), ...this.known.mailHosts].includes(host.toLowerCase());
  }

  /** Where to send the browser. @throws Refused 503 when the provider cannot be asked */
  authorizationUrl(challenge: Challenge, redirectUri: string, mailbox: string): Promise<string> {
    const { parameters, scope } = KNOWN[this.provider];
    return this.client.authorizationUrl(challenge, redirectUri, { ...parameters, scope, login_hint: mailbox });
  }

  /**
   * What the code that a browser came back with is worth.
   * @param cameBackTo the redirect URI with all its parameters
   * @throws Refused when the person or the provider said no (422), or nothing is known (503)
   */
  async exchange(cameBackTo: URL, challenge: Challenge): Promise<{ tokens: Tokens; mailboxes: string[] }> {
    const { claims, refreshToken, ...granted } = await this.client.exchange(cameBackTo, challenge);
    if (refreshToken === undefined)
      throw new Refused('sign-in-refused', 'unprocessable', `${this.name} gave no lasting access to the mailbox`);
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
