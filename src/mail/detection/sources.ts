import type { MailDns } from '../servers/mail-dns.js';
import type { OutboundGuard } from '../servers/outbound-guard.js';
import type { GetOptions } from './guarded-get.js';
import { NO_OFFERS, type Offer, type Side, type UsualPorts, usualOffers, type Whose } from './offer.js';
import { offersOf, providerOfExchanger } from './known-provider.js';
import type { Provider } from './providers.js';
import { fromAutoconfig, fromGuessing, fromServices, registrable } from './published.js';
import { limited, within } from './time-limit.js';

export const SOURCES = ['provider', 'mx', 'autoconfig', 'srv', 'guess'] as const;
export type Source = (typeof SOURCES)[number];

/** null: the domain says that it has no such server */
export type Said = Record<Side, Offer[] | null>;

export interface Asked {
  source: Source;
  says: Promise<Said>;
  /** counts only with both servers: one alone may be there for something else */
  onlyWhole?: boolean;
}

export interface AskedWorld {
  guard: OutboundGuard;
  dns: MailDns;
  ports: UsualPorts;
  ca?: string | undefined;
  /** for each to say what it knows */
  findMs: number;
}

/**
 * All of them at once, in the order in which they are believed. The provider that takes the mail of a domain comes before what the
 * domain publishes: that is often left over from whoever serves its web pages.
 * @param told the provider that the mail exchangers belong to
 */
export function everySource(
  whose: Whose,
  world: AskedWorld,
  signal: AbortSignal,
  told: (provider: Provider) => void,
): Asked[] {
  const { domain } = whose;
  const { dns, ports, findMs } = world;
  const web: GetOptions = { guard: world.guard, ports, ca: world.ca, signal: limited(signal, findMs) };
  const silent: Said = NO_OFFERS;
  const exchangers = within(findMs / 2, signal, dns.mailExchangers(domain), []);
  const inTime = (work: Promise<Said>): Promise<Said> => within(findMs, signal, work, silent);

  const providerOfMail = async (): Promise<Said> => {
    for (const exchanger of await exchangers) {
      const provider = providerOfExchanger(exchanger);
      if (!provider) continue;
      told(provider);
      return offersOf(provider, whose, ports, exchanger);
    }
    return silent;
  };
  /** Whoever takes the mail of a domain may say where it is read. */
  const domainOfMail = async (): Promise<Said> => {
    const [exchanger] = await exchangers;
    const of = exchanger === undefined ? undefined : registrable(exchanger);
    if (of === undefined || of === registrable(domain)) return silent;
    const [published, services] = await Promise.all([
      fromAutoconfig(of, whose, web),
      within(findMs / 2, signal, fromServices(of, dns), silent),
    ]);
    const both = (side: Side): Offer[] => [...published[side], ...(services[side] ?? [])];
    return { incoming: both('incoming'), outgoing: both('outgoing') };
  };
  /** Small hosters take mail and let it be read at the same host. */
  const hostOfMail = async (): Promise<Said> => {
    const [exchanger] = await exchangers;
    if (exchanger === undefined) return silent;
    return { incoming: usualOffers('incoming', exchanger, ports), outgoing: usualOffers('outgoing', exchanger, ports) };
  };
  return [
    { source: 'mx', says: inTime(providerOfMail()) },
    { source: 'autoconfig', says: inTime(fromAutoconfig(domain, whose, web)) },
    { source: 'srv', says: inTime(fromServices(domain, dns)) },
    { source: 'mx', says: inTime(domainOfMail()) },
    { source: 'mx', says: inTime(hostOfMail()), onlyWhole: true },
    { source: 'guess', says: Promise.resolve(fromGuessing(whose, ports)) },
  ];
}
