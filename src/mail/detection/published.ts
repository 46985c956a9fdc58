import { getDomain } from 'tldts';
import type { MailDns } from '../servers/mail-dns.js';
import { readAutoconfig } from './autoconfig.js';
import { type GetOptions, guardedGet } from './guarded-get.js';
import {
  NO_OFFERS,
  type Offer,
  type Offers,
  type Side,
  SIDES,
  type UsualPorts,
  usualOffers,
  type MailAddress,
} from './offer.js';
import { providerOfServer } from './known-provider.js';

/** The registrable domain of a host (publicsuffix.org); undefined without one, for example for an IP address. */
export const registrable = (host: string): string | undefined =>
  getDomain(host, { allowPrivateDomains: false }) ?? undefined;

/**
 * The servers that a domain publishes in Mozilla's format, at two URLs, each by https and http. An attacker may alter
 * an http answer: it counts only for servers under the same registrable domain with verified TLS, and the http request
 * does not contain the address.
 * @param domain of the address, or of its mail exchanger
 */
export async function fromAutoconfig(domain: string, mailbox: MailAddress, options: GetOptions): Promise<Offers> {
  const files = [`autoconfig.${domain}/mail/config-v1.1.xml`, `${domain}/.well-known/autoconfig/mail/config-v1.1.xml`];
  const urls = [
    ...files.map((file) => `https://${file}?emailaddress=${encodeURIComponent(mailbox.address)}`),
    ...files.map((file) => `http://${file}`),
  ];
  const answers = urls.map(async (url): Promise<Offers> => {
    const { text, secure } = await guardedGet(url, options);
    const offers = readAutoconfig(text, mailbox, (host) => providerOfServer(host) !== undefined);
    return secure ? offers : onlyProven(offers, domain);
  });
  for (const answer of answers) answer.catch(() => undefined);
  for (const answer of answers) {
    const offers = await answer.catch(() => NO_OFFERS);
    if (SIDES.some((side) => offers[side].length > 0)) return offers;
  }
  return NO_OFFERS;
}

function onlyProven(offers: Offers, domain: string): Offers {
  const own = registrable(domain);
  const proven = (side: Offer[]): Offer[] =>
    side.filter(({ host, security }) => security !== 'none' && own !== undefined && registrable(host) === own);
  return { incoming: proven(offers.incoming), outgoing: proven(offers.outgoing) };
}

/** The servers of a domain's SRV records (RFC 6186, RFC 8314); null for a side that the domain does not offer. */
export async function fromServices(domain: string, dns: MailDns): Promise<Record<Side, Offer[] | null>> {
  const [imaps, imap, submissions, submission] = await Promise.all(
    ['_imaps._tcp', '_imap._tcp', '_submissions._tcp', '_submission._tcp'].map((service) =>
      dns.service(service, domain),
    ),
  );
  return { incoming: byService(imaps!, imap!), outgoing: byService(submissions!, submission!) };
}

type Places = { host: string; port: number }[] | null;

function byService(immediate: Places, upgraded: Places): Offer[] | null {
  if (immediate === null && upgraded === null) return null;
  const offers = (places: Places, security: Offer['security']): Offer[] =>
    (places ?? []).map((place) => ({ ...place, security, login: null }));
  return [...offers(immediate, 'tls'), ...offers(upgraded, 'starttls'), ...offers(upgraded, 'none')];
}

const GUESSED = { incoming: ['imap', 'mail', 'poczta', ''], outgoing: ['smtp', 'mail', 'poczta', ''] } as const;

/** The usual host names of a domain at the usual ports; for each name the safest port first. */
export function fromGuessing({ domain }: MailAddress, ports: UsualPorts): Offers {
  const offers = (side: Side): Offer[] =>
    GUESSED[side].flatMap((name) => usualOffers(side, name === '' ? domain : `${name}.${domain}`, ports));
  return { incoming: offers('incoming'), outgoing: offers('outgoing') };
}
