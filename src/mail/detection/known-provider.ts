import type { ServerSettings } from '../servers/servers.js';
import {
  filledIn,
  type Offer,
  type Offers,
  type SignIn,
  USUAL_PORTS,
  type UsualPorts,
  type MailAddress,
} from './offer.js';
import { type Place, type Provider, PROVIDERS } from './providers.js';

/** The servers of a mailbox with sign-in at the page of this provider. */
export function serversOf(
  signIn: 'google' | 'microsoft',
  mailbox: MailAddress,
): { incoming: ServerSettings; outgoing: ServerSettings } {
  const ofDomain = providerOfDomain(mailbox.domain);
  const provider = ofDomain?.signIn === signIn ? ofDomain : PROVIDERS.findLast((each) => each.signIn === signIn)!;
  const { incoming, outgoing } = offersOf(provider, mailbox, USUAL_PORTS);
  const [first, second] = [incoming[0]!, outgoing[0]!].map(({ host, port, security }) => ({ host, port, security }));
  return { incoming: first!, outgoing: second! };
}

/** Host names of this provider's own mail servers. */
export const hostsOf = (signIn: 'google' | 'microsoft'): string[] =>
  PROVIDERS.filter((each) => each.signIn === signIn).flatMap(({ incoming, outgoing }) =>
    [...incoming, ...outgoing].map(([host]) => host),
  );

/** False for Microsoft only: Google takes an app password. */
export const takesPassword = (signIn: SignIn): boolean => signIn !== 'microsoft';

const byDomain = new Map(
  PROVIDERS.flatMap((provider) => provider.domains.map((domain) => [domain, provider] as const)),
);
const byHost = new Map(
  PROVIDERS.flatMap((provider) => provider.incoming.map(([host]) => [host, provider] as const)).filter(
    ([host]) => !host.includes('%'),
  ),
);

export const providerOfDomain = (domain: string): Provider | undefined =>
  byDomain.get(domain) ?? (domain.endsWith('.onmicrosoft.com') ? byDomain.get('onmicrosoft.com') : undefined);

export const providerOfExchanger = (exchanger: string): Provider | undefined =>
  PROVIDERS.find(({ exchangers }) => exchangers?.test(exchanger));

/** The provider of an incoming server, by host name. */
export const providerOfServer = (host: string): Provider | undefined => byHost.get(host.toLowerCase());

/** The provider of an outgoing server, by host name. */
export const providerOfOutgoing = (host: string): Provider | undefined =>
  PROVIDERS.find(({ outgoing }) => outgoing.some(([name]) => name === host.toLowerCase()));

/** @param exchanger the domain's mail exchanger, when it identified the provider */
export function offersOf(provider: Provider, mailbox: MailAddress, ports: UsualPorts, exchanger?: string): Offers {
  const offer = ([template, service]: Place): Offer[] => {
    if (template.includes('%MX%') && exchanger === undefined) return [];
    const host = filledIn(template.replaceAll('%MX%', exchanger ?? ''), mailbox);
    const login = provider.login === 'address' ? mailbox.address : mailbox.localPart;
    return [{ host, port: ports[service], security: service === 'submission' ? 'starttls' : 'tls', login }];
  };
  return { incoming: provider.incoming.flatMap(offer), outgoing: provider.outgoing.flatMap(offer) };
}
