import type { SignIn } from './offer.js';

/** Host and service; `%MX%` stands for the mail exchanger, `%EMAILDOMAIN%` for the domain. */
export type Place = readonly [host: string, service: 'imaps' | 'submissions' | 'submission'];

export interface Provider {
  name: string;
  /** domains of the provider's own addresses */
  domains: readonly string[];
  /** mail exchangers of customers' domains */
  exchangers?: RegExp;
  incoming: readonly Place[];
  outgoing: readonly Place[];
  login: 'address' | 'local part';
  signIn: SignIn;
  /** advice for people after a refused login */
  hint?: string;
}

const names = (list: string): string[] => list.split(' ');
const under = (name: string, endings: string): string[] => names(endings).map((ending) => `${name}.${ending}`);
const within = (...names: string[]): RegExp =>
  new RegExp(`(^|\\.)(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`);
const same = (host: string): Pick<Provider, 'incoming' | 'outgoing'> => ({
  incoming: [[host, 'imaps']],
  outgoing: [[host, 'submissions']],
});
const pair = (incoming: string, outgoing: string): Pick<Provider, 'incoming' | 'outgoing'> => ({
  incoming: [[incoming, 'imaps']],
  outgoing: [[outgoing, 'submissions']],
});
/** For hosters with different server names per customer: detection tries each and accepts the first that greets. */
const anyOf = (...hosts: string[]): Pick<Provider, 'incoming' | 'outgoing'> => ({
  incoming: hosts.map((host) => [host, 'imaps']),
  outgoing: hosts.flatMap((host): Place[] => [
    [host, 'submissions'],
    [host, 'submission'],
  ]),
});

const PASSWORD = { login: 'address', signIn: 'password' } as const;
const SWITCH_ON = 'first switch on access by mail programs (IMAP) in the settings of the mailbox.';
const APP_PASSWORD =
  'use an app password, made in the security settings of the account, not the password of the account.';

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'Gmail',
    domains: ['gmail.com', 'googlemail.com', 'google.com'],
    exchangers: within('google.com', 'googlemail.com'),
    ...pair('imap.gmail.com', 'smtp.gmail.com'),
    login: 'address',
    signIn: 'google',
    hint: APP_PASSWORD,
  },
  {
    name: 'Outlook.com',
    domains: [
      ...under(
        'outlook',
        'com at be cl cz de dk es fr hu ie in it jp kr lv my ph pt sa sg sk co.id co.il co.th com.ar com.au com.br',
      ),
      ...under('outlook', 'com.gr com.tr com.vn'),
      ...under(
        'hotmail',
        'com be ca cl cz de dk es fi fr gr hu it lt lv my nl no ph pl rs se sg sk co.id co.il co.in co.jp co.kr',
      ),
      ...under('hotmail', 'co.th co.uk co.za com.ar com.au com.br com.hk com.tr com.tw com.vn'),
      ...under(
        'live',
        'com at be ca cl cn de dk fi fr hk ie in it jp nl no ru se co.jp co.kr co.uk co.za com.ar com.au com.mx com.my',
      ),
      ...under('live', 'com.ph com.pt com.sg'),
      ...names('msn.com windowslive.com passport.com'),
    ],
    exchangers: within('olc.protection.outlook.com'),
    incoming: [['outlook.office365.com', 'imaps']],
    outgoing: [['smtp-mail.outlook.com', 'submission']],
    login: 'address',
    signIn: 'microsoft',
  },
  {
    name: 'Microsoft 365',
    domains: ['office365.com', 'onmicrosoft.com'],
    exchangers: within('mail.protection.outlook.com', 'mx.microsoft', 'mail.eo.outlook.com'),
    incoming: [['outlook.office365.com', 'imaps']],
    outgoing: [['smtp.office365.com', 'submission']],
    login: 'address',
    signIn: 'microsoft',
  },
  {
    name: 'Yahoo',
    domains: [
      ...under(
        'yahoo',
        'com ca de it fr es se pl ro gr ie co.in in co.uk co.nz co.id com.au com.ar com.br com.mx com.sg com.ph',
      ),
      ...names('ymail.com myyahoo.com rocketmail.com'),
    ],
    exchangers: within('am0.yahoodns.net'),
    ...pair('imap.mail.yahoo.com', 'smtp.mail.yahoo.com'),
    login: 'address',
    signIn: 'app-password',
    hint: APP_PASSWORD,
  },
  {
    name: 'AOL',
    domains: ['aol.com', 'aim.com', ...under('aol', 'de it fr es se co.uk com.au')],
    exchangers: within('gm0.yahoodns.net'),
    ...pair('imap.aol.com', 'smtp.aol.com'),
    login: 'address',
    signIn: 'app-password',
    hint: APP_PASSWORD,
  },
  {
    name: 'iCloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    exchangers: within('mail.icloud.com'),
    incoming: [['imap.mail.me.com', 'imaps']],
    outgoing: [['smtp.mail.me.com', 'submission']],
    login: 'address',
    signIn: 'app-password',
    hint: APP_PASSWORD,
  },
  {
    name: 'GMX',
    domains: under('gmx', 'net de at ch eu'),
    ...pair('imap.gmx.net', 'mail.gmx.net'),
    ...PASSWORD,
    hint: SWITCH_ON,
  },
  {
    name: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm'],
    exchangers: within('messagingengine.com'),
    ...pair('imap.fastmail.com', 'smtp.fastmail.com'),
    login: 'address',
    signIn: 'app-password',
    hint: APP_PASSWORD,
  },
  {
    name: 'WP',
    domains: ['wp.pl'],
    ...pair('imap.wp.pl', 'smtp.wp.pl'),
    login: 'local part',
    signIn: 'password',
    hint: SWITCH_ON,
  },
  {
    name: 'O2',
    domains: ['o2.pl', 'go2.pl', 'tlen.pl', 'prokonto.pl'],
    ...same('poczta.o2.pl'),
    login: 'local part',
    signIn: 'password',
    hint: SWITCH_ON,
  },
  {
    name: 'Onet',
    domains: [
      ...names('onet.pl onet.eu onet.com.pl poczta.onet.pl poczta.onet.eu vip.onet.pl op.pl vp.pl autograf.pl'),
      ...names('buziaczek.pl amorki.pl republika.pl adres.pl cyberia.pl opoczta.pl pseudonim.pl spoko.pl'),
    ],
    exchangers: within('poczta.onet.pl'),
    ...pair('imap.poczta.onet.pl', 'smtp.poczta.onet.pl'),
    ...PASSWORD,
    hint: SWITCH_ON,
  },
  {
    name: 'Interia',
    domains: [
      ...names('interia.pl interia.eu interia.com vip.interia.pl poczta.fm intmail.pl adresik.net akcja.pl'),
      ...names('czateria.pl pacz.to pisz.to ogarnij.se 1gb.pl 2gb.pl os.pl'),
    ],
    exchangers: within('interia.pl'),
    ...same('poczta.interia.pl'),
    ...PASSWORD,
    hint: SWITCH_ON,
  },
  {
    name: 'home.pl',
    domains: ['home.pl'],
    exchangers: within('home.pl'),
    incoming: [
      ['imap.home.pl', 'imaps'],
      ['%MX%', 'imaps'],
    ],
    outgoing: [
      ['smtp.home.pl', 'submissions'],
      ['%MX%', 'submissions'],
    ],
    ...PASSWORD,
  },
  {
    name: 'nazwa.pl',
    domains: ['nazwa.pl'],
    exchangers: within('nazwa.pl'),
    ...anyOf('%MX%', 'mail.nazwa.pl', 'mail.%EMAILDOMAIN%'),
    ...PASSWORD,
  },
  {
    name: 'OVH Exchange',
    domains: [],
    exchangers: /^ex\d*\.mail\.ovh\.(net|ca)$/,
    incoming: [['%MX%', 'imaps']],
    outgoing: [['%MX%', 'submission']],
    ...PASSWORD,
  },
  { name: 'OVH', domains: ['ovh.net'], exchangers: within('ovh.net'), ...same('ssl0.ovh.net'), ...PASSWORD },
  {
    name: 'cyber_Folks',
    domains: [],
    exchangers: within('cyber-folks.pl', 'cyberfolks.pl', 'linuxpl.com', 'linuxpl.eu', 'hekko.pl'),
    ...anyOf('%MX%', 'mail.%EMAILDOMAIN%'),
    ...PASSWORD,
  },
  {
    name: 'LH.pl',
    domains: ['lh.pl'],
    exchangers: within('lh.pl'),
    ...anyOf('%MX%', 'mail-%MX%', 'mail.lh.pl'),
    ...PASSWORD,
  },
];

/** Domains of hosters, of organisations among their customers, and of staff: not given to anybody. */
const NOT_FREE: ReadonlySet<string> = new Set(
  names('google.com office365.com onmicrosoft.com home.pl nazwa.pl ovh.net lh.pl'),
);

/** Domains of addresses that a provider gives to anybody. */
export const freeMailDomains: readonly string[] = PROVIDERS.flatMap(({ domains }) => domains).filter(
  (domain) => !NOT_FREE.has(domain),
);
