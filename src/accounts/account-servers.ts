import { Injectable } from '@nestjs/common';
import { NotDetected } from '../mail/detection/not-detected.js';
import { providerOfServer, serversOf, takesPassword } from '../mail/detection/known-provider.js';
import { type Detected, ServerDetection } from '../mail/detection/server-detection.js';
import { MailServers } from '../mail/servers/mail-servers.js';
import type { MailServerFailure } from '../mail/servers/servers.js';
import { MailLogins } from './sign-in/mail-logins.js';
import { type Actor, Refused } from '../platform/domain.js';
import type { MailProvider, Server, Settings } from './account.events.js';
import { DetectionThrottle } from './detection/detection-throttle.js';
import { requireFolders } from './folders-on-server.js';

/** Settings of an account; detection finds servers and login that are missing. */
export type GivenSettings = Omit<Settings, 'incoming' | 'outgoing' | 'login'> &
  Partial<Pick<Settings, 'incoming' | 'outgoing' | 'login'>>;

/** Finds the mail servers and the login of an address, and proves them by a login. */
@Injectable()
export class AccountServers {
  constructor(
    private readonly detection: ServerDetection,
    private readonly servers: MailServers,
    private readonly throttle: DetectionThrottle,
    private readonly logins: MailLogins,
  ) {}

  /**
   * Finds the servers that are not `given`.
   * @throws Refused 422 `settings-not-detected`, 429
   */
  async find(address: string, by: Actor, given: { incoming?: Server; outgoing?: Server } = {}): Promise<Detected> {
    await this.throttle.mayDetect(by.id);
    return this.detection.detect(address, given).catch((error: unknown) => {
      if (error instanceof NotDetected)
        throw new Refused('settings-not-detected', 'unprocessable', error.message, {
          missing: error.attempt.missing,
          ...error.found,
        });
      throw error;
    });
  }

  /**
   * Completes settings with detected servers and login.
   * @param tried true: both servers must accept the password, and named folders must exist
   * @throws Refused 422 for servers that are not found, a refused password, or a folder that is not found
   */
  async complete(given: GivenSettings, password: string, by: Actor, tried: boolean): Promise<Settings> {
    const { servers, logins } = await this.candidates(given, by);
    const candidates = logins.map((login): Settings => ({ ...given, ...servers, login }));
    if (!tried) return candidates[0]!;
    let refusal: MailServerFailure | undefined;
    for (const settings of candidates) {
      const failure = await this.tryLogins(settings, password);
      if (!failure) {
        const { incoming, login } = settings;
        await requireFolders(settings, {}, () => this.servers.folders(incoming, { login, password }));
        return settings;
      }
      refusal ??= failure;
      if (failure.reason !== 'login-refused') break;
    }
    throw asRefused(refusal!, servers.incoming);
  }

  /**
   * Completes settings of an account for a sign-in at the page of this provider.
   * @throws Refused 409 when this service is not registered with the provider; 422 for servers of another provider
   */
  ofProvider(given: GivenSettings, provider: MailProvider): Settings {
    const { address, login = address } = given;
    const [localPart = '', domain = ''] = address.split('@');
    const settings = { ...serversOf(provider, { address, localPart, domain: domain.toLowerCase() }), ...given, login };
    this.logins.requireOwnServers(provider, settings);
    return settings;
  }

  private async candidates(
    given: GivenSettings,
    by: Actor,
  ): Promise<{ servers: { incoming: Server; outgoing: Server }; logins: readonly string[] }> {
    const { address, login, incoming, outgoing, sendOnly } = given;
    if (incoming && outgoing) return { servers: { incoming, outgoing }, logins: [login ?? address] };
    const servers = { ...(incoming ? { incoming } : {}), ...(outgoing ? { outgoing } : {}) };
    const found = await this.find(address, by, servers).catch((error: unknown) => {
      const gateway = sendOnly ? gatewayOf(error, outgoing) : undefined;
      if (gateway) return { ...gateway, logins: [address], signIn: 'password' as const, provider: undefined };
      throw error;
    });
    if (!takesPassword(found.signIn))
      throw new Refused(
        'password-not-taken',
        'unprocessable',
        `${found.provider?.name ?? 'This provider'} accepts no mailbox password. Give "signIn": "${found.signIn}" instead of a password.`,
        { signIn: found.signIn },
      );
    return {
      servers: { incoming: found.incoming, outgoing: found.outgoing },
      logins: login === undefined ? found.logins : [login],
    };
  }

  private tryLogins(
    { login, sendOnly, incoming, outgoing }: Settings,
    password: string,
  ): Promise<MailServerFailure | undefined> {
    return this.servers.tryLogins({ incoming: sendOnly ? null : incoming, outgoing }, { login, password });
  }
}

/** A sending account needs no incoming server: the host of its outgoing server fills the setting until it receives. */
function gatewayOf(error: unknown, given: Server | undefined): { incoming: Server; outgoing: Server } | undefined {
  if (!(error instanceof Refused) || error.reason !== 'settings-not-detected') return undefined;
  const outgoing = given ?? (error.extra['outgoing'] as Server | undefined);
  return outgoing && { incoming: { host: outgoing.host, port: 993, security: 'tls' }, outgoing };
}

function asRefused({ reason, detail, server }: MailServerFailure, incoming: Server): Refused {
  const provider = providerOfServer(incoming.host);
  const hint = reason === 'login-refused' && provider?.hint ? `${provider.name}: ${provider.hint}` : undefined;
  return new Refused(reason, 'unprocessable', [detail, hint].filter(Boolean).join(' '), { server });
}
