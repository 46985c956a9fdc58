import { filledIn, type Offer, type Offers, type SignIn, type UsualPorts, type Whose } from './offer.js';
import { type Place, type Provider, PROVIDERS } from './providers.js';

/** Who takes no password of a mailbox: Google does, as an app password. */
export const takesPassword = (signIn: SignIn): boolean => signIn !== 'microsoft';

const byDomain = new Map(PROVIDERS.flatMap((provider) => provider.domains.map((domain) => [domain, provider] as const)));
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
