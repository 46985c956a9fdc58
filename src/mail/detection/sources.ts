import type { MailDns } from '../servers/mail-dns.js';
import type { OutboundGuard } from '../servers/outbound-guard.js';
import type { GetOptions } from './guarded-get.js';
import { NO_OFFERS, type Offer, type Side, type UsualPorts, usualOffers, type MailAddress } from './offer.js';
import { offersOf, providerOfExchanger } from './known-provider.js';
import type { Provider } from './providers.js';
import { fromAutoconfig, fromGuessing, fromServices, registrable } from './published.js';
import { limited, within } from './time-limit.js';

const SOURCES = ['provider', 'mx', 'autoconfig', 'srv', 'guess'] as const;
export type Source = (typeof SOURCES)[number];

/** null: the domain states that it has no such server */
export type SourceAnswer = Record<Side, Offer[] | null>;

interface AskedSource {
  source: Source;
  answer: Promise<SourceAnswer>;
  /** true: counts only with both servers, because one server alone may have another purpose */
  onlyWhole?: boolean;
}

interface SourceOptions {
  guard: OutboundGuard;
  dns: MailDns;
  ports: UsualPorts;
  ca?: string | undefined;
  /** ms for one source to answer */
  findMs: number;
}

/**
 * Asks all sources in parallel and returns them in the order of trust. The provider that receives the mail of a domain
 * comes before the settings that the domain publishes: those are often leftovers of the web host.
 * @param onProvider called with the provider that the mail exchangers belong to
 */
export function askEverySource(
  mailbox: MailAddress,
  options: SourceOptions,
  signal: AbortSignal,
  onProvider: (provider: Provider) => void,
): AskedSource[] {
  const { domain } = mailbox;
  const { dns, ports, findMs } = options;
  const web: GetOptions = { guard: options.guard, ports, ca: options.ca, signal: limited(signal, findMs) };
  const silent: SourceAnswer = NO_OFFERS;
  const exchangers = within(findMs / 2, signal, dns.mailExchangers(domain), []);
  const inTime = (work: Promise<SourceAnswer>): Promise<SourceAnswer> => within(findMs, signal, work, silent);

  const providerOfMail = async (): Promise<SourceAnswer> => {
    for (const exchanger of await exchangers) {
      const provider = providerOfExchanger(exchanger);
      if (!provider) continue;
      onProvider(provider);
      return offersOf(provider, mailbox, ports, exchanger);
    }
    return silent;
  };
  /** The domain of the mail exchanger may publish the servers of its customers. */
  const domainOfMail = async (): Promise<SourceAnswer> => {
    const [exchanger] = await exchangers;
    const mailDomain = exchanger === undefined ? undefined : registrable(exchanger);
    if (mailDomain === undefined || mailDomain === registrable(domain)) return silent;
    const [published, services] = await Promise.all([
      fromAutoconfig(mailDomain, mailbox, web),
      within(findMs / 2, signal, fromServices(mailDomain, dns), silent),
    ]);
    const both = (side: Side): Offer[] => [...published[side], ...(services[side] ?? [])];
    return { incoming: both('incoming'), outgoing: both('outgoing') };
  };
  /** Small hosters receive mail and offer IMAP on the same host. */
  const hostOfMail = async (): Promise<SourceAnswer> => {
    const [exchanger] = await exchangers;
    if (exchanger === undefined) return silent;
    return { incoming: usualOffers('incoming', exchanger, ports), outgoing: usualOffers('outgoing', exchanger, ports) };
  };
  return [
    { source: 'mx', answer: inTime(providerOfMail()) },
    { source: 'autoconfig', answer: inTime(fromAutoconfig(domain, mailbox, web)) },
    { source: 'srv', answer: inTime(fromServices(domain, dns)) },
    { source: 'mx', answer: inTime(domainOfMail()) },
    { source: 'mx', answer: inTime(hostOfMail()), onlyWhole: true },
    { source: 'guess', answer: Promise.resolve(fromGuessing(mailbox, ports)) },
  ];
}
