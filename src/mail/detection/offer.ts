import type { ServerSettings } from '../servers/servers.js';

export const SIDES = ['incoming', 'outgoing'] as const;
export type Side = (typeof SIDES)[number];

/** How a person proves to a provider who he is. */
export type SignIn = 'password' | 'app-password' | 'microsoft' | 'google';

/** Where detection looks when nothing else is said. */
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

/** A server that somebody says is there. Believed once it has greeted. */
export interface Offer extends ServerSettings {
  /** what to log in with; null: not said */
  login: string | null;
}

export type Offers = Record<Side, Offer[]>;

export const NO_OFFERS: Offers = { incoming: [], outgoing: [] };

/** Of the address whose servers are wanted. */
export interface Whose {
  address: string;
  localPart: string;
  /** in ASCII */
  domain: string;
}

/** Placeholders of Mozilla's configuration format. */
export const filledIn = (template: string, { address, localPart, domain }: Whose): string =>
  template
    .replaceAll('%EMAILADDRESS%', () => address)
    .replaceAll('%EMAILLOCALPART%', () => localPart)
    .replaceAll('%EMAILDOMAIN%', () => domain);

/**
 * The usual ports of a host, the safest first. What is not encrypted is offered too: whether that may be believed depends on
 * where the host is.
 */
export function usualOffers(side: Side, host: string, ports: UsualPorts): Offer[] {
  const [immediate, upgraded] = side === 'incoming' ? [ports.imaps, ports.imap] : [ports.submissions, ports.submission];
  return [
    { host, port: immediate, security: 'tls', login: null },
    { host, port: upgraded, security: 'starttls', login: null },
    { host, port: upgraded, security: 'none', login: null },
  ];
}
