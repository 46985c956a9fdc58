import type { ServerSettings } from '../servers/servers.js';
import { filledIn, type Offer, type Offers, type SignIn, USUAL_PORTS, type UsualPorts, type Whose } from './offer.js';
import { type Place, type Provider, PROVIDERS } from './providers.js';

/** Where mailboxes are that people sign in to at the page of this provider. */
export function serversOf(
  signIn: 'google' | 'microsoft',
  whose: Whose,
): { incoming: ServerSettings; outgoing: ServerSettings } {
  const given = providerOfDomain(whose.domain);
  const provider = given?.signIn === signIn ? given : PROVIDERS.findLast((each) => each.signIn === signIn)!;
  const { incoming, outgoing } = offersOf(provider, whose, USUAL_PORTS);
  const [first, second] = [incoming[0]!, outgoing[0]!].map(({ host, port, security }) => ({ host, port, security }));
  return { incoming: first!, outgoing: second! };
}

/** Hosts of the mail servers that are this provider's own. */
export const hostsOf = (signIn: 'google' | 'microsoft'): string[] =>
  PROVIDERS.filter((each) => each.signIn === signIn).flatMap(({ incoming, outgoing }) =>
    [...incoming, ...outgoing].map(([host]) => host),
  );

/** Who takes no password of a mailbox: Google does, as an app password. */
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

/** Whatever led to this server: how to sign in there is known. */
export const providerOfServer = (host: string): Provider | undefined => byHost.get(host.toLowerCase());

/** @param exchanger of the domain, when the provider was found by it */
export function offersOf(provider: Provider, whose: Whose, ports: UsualPorts, exchanger?: string): Offers {
  const offer = ([template, service]: Place): Offer[] => {
    if (template.includes('%MX%') && exchanger === undefined) return [];
    const host = filledIn(template.replaceAll('%MX%', exchanger ?? ''), whose);
    const login = provider.login === 'address' ? whose.address : whose.localPart;
    return [{ host, port: ports[service], security: service === 'submission' ? 'starttls' : 'tls', login }];
  };
  return { incoming: provider.incoming.flatMap(offer), outgoing: provider.outgoing.flatMap(offer) };
}
