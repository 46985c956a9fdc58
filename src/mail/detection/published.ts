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
  type Whose,
} from './offer.js';
import { providerOfServer } from './known-provider.js';

/** undefined for what has no registrable domain (publicsuffix.org), such as an address or a single label */
export const registrable = (host: string): string | undefined =>
  getDomain(host, { allowPrivateDomains: false }) ?? undefined;

/**
 * What a domain says in Mozilla's format, at both of its places. Over http anybody on the way may have said it, so it counts only
 * for servers that prove by their certificate to be of that domain, and the address is not told there.
 * @param of the domain asked: of the address, or of its mail exchanger
 */
export async function fromAutoconfig(of: string, whose: Whose, options: GetOptions): Promise<Offers> {
  const places = [`autoconfig.${of}/mail/config-v1.1.xml`, `${of}/.well-known/autoconfig/mail/config-v1.1.xml`];
  const urls = [
    ...places.map((place) => `https://${place}?emailaddress=${encodeURIComponent(whose.address)}`),
    ...places.map((place) => `http://${place}`),
  ];
  const asked = urls.map(async (url): Promise<Offers> => {
    const { text, secure } = await guardedGet(url, options);
    const offers = readAutoconfig(text, whose, (host) => providerOfServer(host) !== undefined);
    return secure ? offers : onlyProven(offers, of);
  });
  for (const one of asked) one.catch(() => undefined);
  for (const one of asked) {
    const offers = await one.catch(() => NO_OFFERS);
    if (SIDES.some((side) => offers[side].length > 0)) return offers;
  }
  return NO_OFFERS;
}

function onlyProven(offers: Offers, of: string): Offers {
  const own = registrable(of);
  const proven = (one: Offer[]): Offer[] =>
    one.filter(({ host, security }) => security !== 'none' && own !== undefined && registrable(host) === own);
  return { incoming: proven(offers.incoming), outgoing: proven(offers.outgoing) };
}

/** What the domain says by SRV records (RFC 6186, RFC 8314); null for a side that it says it does not offer at all. */
export async function fromServices(of: string, dns: MailDns): Promise<Record<Side, Offer[] | null>> {
  const [imaps, imap, submissions, submission] = await Promise.all(
    ['_imaps._tcp', '_imap._tcp', '_submissions._tcp', '_submission._tcp'].map((service) => dns.service(service, of)),
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

/** The usual names of a domain at the usual ports: by name, and for each name the safest first. */
export function fromGuessing({ domain }: Whose, ports: UsualPorts): Offers {
  const offers = (side: Side): Offer[] =>
    GUESSED[side].flatMap((name) => usualOffers(side, name === '' ? domain : `${name}.${domain}`, ports));
  return { incoming: offers('incoming'), outgoing: offers('outgoing') };
}
