import type { ServerSettings } from '../servers/servers.js';
import type { Silent } from './candidates.js';
import type { Side } from './offer.js';

export interface Attempt {
  /** as people write it */
  domain: string;
  missing: readonly Side[];
  /** name of the provider that it is known to be at */
  provider: string | undefined;
  silent: readonly Silent[];
}

/** Nothing that could be believed was found. Its message tells a person what was tried, and what to do. */
export class NotDetected extends Error {
  constructor(
    readonly attempt: Attempt,
    /** what was found all the same */
    readonly found: Partial<Record<Side, ServerSettings>>,
  ) {
    super(detailOf(attempt));
    this.name = 'NotDetected';
  }
}

const NAMES: Record<Side, string> = { incoming: 'incoming (IMAP)', outgoing: 'outgoing (SMTP)' };

function detailOf({ domain, missing, provider, silent }: Attempt): string {
  const wanted = missing.map((side) => NAMES[side]).join(' and ');
  const ask = `Ask whoever runs the mail of ${domain} for its ${wanted} server, and give ${missing.join(' and ')}: host, port and security.`;
  return `${whatHappened(domain, provider, wanted, silent)} ${ask}`;
}

function whatHappened(domain: string, provider: string | undefined, wanted: string, silent: readonly Silent[]): string {
  const withReason = (...reasons: string[]): Silent | undefined =>
    silent.find(({ failure }) => reasons.includes(failure.reason));
  if (provider !== undefined)
    return `The mail of ${domain} is at ${provider}, whose servers do not answer right now: try again.`;
  const untrusted = withReason('tls-failed');
  if (untrusted) return `${untrusted.host} answers, but its certificate is not valid for that name.`;
  const unencrypted = withReason('starttls-not-offered');
  if (unencrypted) return `${unencrypted.host} answers, but does not encrypt.`;
  const forbidden = withReason('host-not-allowed');
  if (forbidden) return `${forbidden.host} is not at a public address, and this service connects to no other.`;
  if (silent.length > 0 && silent.every(({ failure }) => failure.reason === 'host-unknown'))
    return `No mail server is known for ${domain}: look whether it is spelt right.`;
  return `No ${wanted} server could be found for ${domain}: it publishes no settings, and none answers under a usual name.`;
}
