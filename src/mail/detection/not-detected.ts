import type { ServerSettings } from '../servers/servers.js';
import type { SilentServer } from './candidates.js';
import type { Side } from './offer.js';

export interface Attempt {
  /** as the user wrote it */
  domain: string;
  missing: readonly Side[];
  /** name of the known provider of the domain */
  provider: string | undefined;
  silent: readonly SilentServer[];
}

/** Detection found no server for at least one side. The message tells people the cause, then gives advice. */
export class NotDetected extends Error {
  constructor(
    readonly attempt: Attempt,
    /** servers of the other side */
    readonly found: Partial<Record<Side, ServerSettings>>,
  ) {
    super(messageFor(attempt));
    this.name = 'NotDetected';
  }
}

const NAMES: Record<Side, string> = { incoming: 'incoming (IMAP)', outgoing: 'outgoing (SMTP)' };

function messageFor(attempt: Attempt): string {
  const [cause, advice] = causeOf(attempt);
  const servers = attempt.missing.map((side) => NAMES[side]).join(' and ');
  const ask = `sk the mail provider for host, port and security of the ${servers} server, and enter them.`;
  return `${cause} ${advice === undefined ? 'A' : `${advice}, or a`}${ask}`;
}

function causeOf({ domain, missing, provider, silent }: Attempt): [cause: string, advice?: string] {
  const failedBy = (reason: string): SilentServer | undefined =>
    silent.find(({ failure }) => failure.reason === reason);
  if (provider !== undefined)
    return [`${provider} has the mail of ${domain}, but its servers do not answer.`, 'Try again later'];
  const untrusted = failedBy('tls-failed');
  if (untrusted) return [`The certificate of ${untrusted.host} is not valid for this host name.`];
  const unencrypted = failedBy('starttls-not-offered');
  if (unencrypted) return [`${unencrypted.host} does not offer encryption.`];
  const forbidden = failedBy('host-not-allowed');
  if (forbidden)
    return [
      `${forbidden.host} is not at a public address. This service connects to others only if its operator sets ALLOW_PRIVATE_MAIL_HOSTS=true.`,
    ];
  if (silent.length > 0 && silent.every(({ failure }) => failure.reason === 'host-unknown'))
    return [`No mail server found for ${domain}.`, 'Check the spelling of the address'];
  const servers = missing.map((side) => NAMES[side]).join(' or ');
  return [`No ${servers} server found for ${domain}: it publishes no settings, and no usual server name answers.`];
}
