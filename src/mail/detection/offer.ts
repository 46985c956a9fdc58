import type { ServerSettings } from '../servers/servers.js';

export const SIDES = ['incoming', 'outgoing'] as const;
export type Side = (typeof SIDES)[number];

/** The way in which the owner of a mailbox signs in at its provider. */
export type SignIn = 'password' | 'app-password' | 'microsoft' | 'google';

/** Ports that detection uses when a source names none. */
export interface UsualPorts {
  https: number;
  http: number;
  imaps: number;
  imap: number;
  submissions: number;
  submission: number;
}

export const USUAL_PORTS: UsualPorts = {
  https: 443,
  http: 80,
  imaps: 993,
  imap: 143,
  submissions: 465,
  submission: 587,
};

/** A server that a source names. Detection accepts it only after its greeting. */
export interface Offer extends ServerSettings {
  /** login name that the source gives; null: none */
  login: string | null;
}

export type Offers = Record<Side, Offer[]>;

export const NO_OFFERS: Offers = { incoming: [], outgoing: [] };

/** The address to detect servers for, and its parts. */
export interface MailAddress {
  address: string;
  localPart: string;
  /** in ASCII */
  domain: string;
}

/** Replaces the placeholders of Mozilla's configuration format. */
export const filledIn = (template: string, { address, localPart, domain }: MailAddress): string =>
  template
    .replaceAll('%EMAILADDRESS%', () => address)
    .replaceAll('%EMAILLOCALPART%', () => localPart)
    .replaceAll('%EMAILDOMAIN%', () => domain);

/**
 * A host at its usual ports, the safest first. The unencrypted port is an offer too: `Candidates` decides by the host's
 * address whether it is allowed.
 */
export function usualOffers(side: Side, host: string, ports: UsualPorts): Offer[] {
  const [immediate, upgraded] = side === 'incoming' ? [ports.imaps, ports.imap] : [ports.submissions, ports.submission];
  return [
    { host, port: immediate, security: 'tls', login: null },
    { host, port: upgraded, security: 'starttls', login: null },
    { host, port: upgraded, security: 'none', login: null },
  ];
}
