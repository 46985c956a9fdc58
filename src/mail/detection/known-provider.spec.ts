import { USUAL_PORTS } from './offer.js';
import {
  hostsOf,
  offersOf,
  providerOfDomain,
  providerOfExchanger,
  providerOfServer,
  serversOf,
  takesPassword,
} from './known-provider.js';
import { PROVIDERS } from './providers.js';

const partsOf = (address: string) => ({ address, localPart: address.split('@')[0]!, domain: address.split('@')[1]! });

it.each<[string, string, string, string, string]>([
  ['anna@gmail.com', 'imap.gmail.com:993', 'smtp.gmail.com:465', 'anna@gmail.com', 'google'],
  ['anna@outlook.com', 'outlook.office365.com:993', 'smtp-mail.outlook.com:587', 'anna@outlook.com', 'microsoft'],
  [
    'anna@firma.onmicrosoft.com',
    'outlook.office365.com:993',
    'smtp.office365.com:587',
    'anna@firma.onmicrosoft.com',
    'microsoft',
  ],
  ['anna@yahoo.co.uk', 'imap.mail.yahoo.com:993', 'smtp.mail.yahoo.com:465', 'anna@yahoo.co.uk', 'app-password'],
  ['anna@icloud.com', 'imap.mail.me.com:993', 'smtp.mail.me.com:587', 'anna@icloud.com', 'app-password'],
  ['anna@wp.pl', 'imap.wp.pl:993', 'smtp.wp.pl:465', 'anna', 'password'],
  ['anna@o2.pl', 'poczta.o2.pl:993', 'poczta.o2.pl:465', 'anna', 'password'],
  ['anna@op.pl', 'imap.poczta.onet.pl:993', 'smtp.poczta.onet.pl:465', 'anna@op.pl', 'password'],
  ['anna@interia.pl', 'poczta.interia.pl:993', 'poczta.interia.pl:465', 'anna@interia.pl', 'password'],
])('%s has its servers at %s and %s', (address, incoming, outgoing, login, signIn) => {
  const mailbox = partsOf(address);
  const provider = providerOfDomain(mailbox.domain)!;
  const offers = offersOf(provider, mailbox, USUAL_PORTS);
  const places = [offers.incoming[0]!, offers.outgoing[0]!].map(({ host, port }) => `${host}:${port}`);
  expect([...places, offers.incoming[0]!.login, provider.signIn]).toEqual([incoming, outgoing, login, signIn]);
  expect(providerOfServer(offers.incoming[0]!.host.toUpperCase())?.signIn).toBe(signIn);
});

it.each<[string, string, string[]]>([
  ['aspmx.l.google.com', 'Gmail', ['imap.gmail.com']],
  ['smtp.google.com', 'Gmail', ['imap.gmail.com']],
  ['firma-pl.mail.protection.outlook.com', 'Microsoft 365', ['outlook.office365.com']],
  ['firma-pl.a-v1.mx.microsoft', 'Microsoft 365', ['outlook.office365.com']],
  ['mx01.mail.icloud.com', 'iCloud', ['imap.mail.me.com']],
  ['mx.home.pl', 'home.pl', ['imap.home.pl', 'mx.home.pl']],
  ['serwer1234.home.pl', 'home.pl', ['imap.home.pl', 'serwer1234.home.pl']],
  ['firma.nazwa.pl', 'nazwa.pl', ['firma.nazwa.pl', 'mail.nazwa.pl', 'mail.firma.pl']],
  ['mx1.mail.ovh.net', 'OVH', ['ssl0.ovh.net']],
  ['ex4.mail.ovh.net', 'OVH Exchange', ['ex4.mail.ovh.net']],
  ['s12.cyber-folks.pl', 'cyber_Folks', ['s12.cyber-folks.pl', 'mail.firma.pl']],
  ['serwer1234.lh.pl', 'LH.pl', ['serwer1234.lh.pl', 'mail-serwer1234.lh.pl', 'mail.lh.pl']],
])('the mail exchanger %s belongs to %s', (exchanger, name, hosts) => {
  const provider = providerOfExchanger(exchanger)!;
  expect(provider.name).toBe(name);
  const offers = offersOf(provider, partsOf('anna@firma.pl'), USUAL_PORTS, exchanger);
  expect(offers.incoming.map(({ host }) => host)).toEqual(hosts);
});

it.each(['home.pl.example.org', 'nothome.pl', 'google.com.example.org', 'mx.example.org', 'com', ''])(
  'the mail exchanger %j belongs to no known provider',
  (exchanger) => {
    expect(providerOfExchanger(exchanger)).toBeUndefined();
  },
);

it('assigns each domain to one provider', () => {
  const domains = PROVIDERS.flatMap((provider) => provider.domains);
  expect(domains.filter((domain, n) => domains.indexOf(domain) !== n)).toEqual([]);
});

it('sends a password to every provider but Microsoft', () => {
  expect(
    (['password', 'app-password', 'google', 'microsoft'] as const).filter((signIn) => !takesPassword(signIn)),
  ).toEqual(['microsoft']);
});

it.each([
  ['google', 'anna@firma.example', 'imap.gmail.com:993', 'smtp.gmail.com:465'],
  ['microsoft', 'anna@hotmail.com', 'outlook.office365.com:993', 'smtp-mail.outlook.com:587'],
  ['microsoft', 'anna@firma.example', 'outlook.office365.com:993', 'smtp.office365.com:587'],
  ['microsoft', 'anna@gmail.com', 'outlook.office365.com:993', 'smtp.office365.com:587'],
] as const)('a sign-in with %s as %s leads to %s and %s', (signIn, address, incoming, outgoing) => {
  const servers = serversOf(signIn, partsOf(address));
  expect([servers.incoming, servers.outgoing].map(({ host, port }) => `${host}:${port}`)).toEqual([incoming, outgoing]);
  expect(hostsOf(signIn)).toEqual(expect.arrayContaining([servers.incoming.host, servers.outgoing.host]));
});
