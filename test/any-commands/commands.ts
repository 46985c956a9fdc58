import fc from 'fast-check';
import {
  type Configuration,
  type MailProvider,
  type Server,
  type Setting,
  settingNames,
} from '../../src/accounts/account.events.js';
import type { Role } from '../../src/platform/domain.js';

/** A request, with or without the right to it. Its users and accounts may be unknown. */
export type Asked = { by: string } & (
  | { to: 'add-user'; userId: string; email: string; role: Role }
  | { to: 'change-user'; userId: string; set: { name?: string; role?: Role; active?: boolean } }
  | { to: 'change-user-password'; userId: string }
  | { to: 'add-account'; address: string; users: string[]; signIn: MailProvider | null }
  | { to: 'remove-account'; accountId: string }
  | { to: 'change-settings'; accountId: string; set: Partial<Configuration>; password: boolean }
  | { to: 'change-password'; accountId: string }
  | { to: 'sign-in'; accountId: string; provider: MailProvider }
  | { to: 'revert'; accountId: string; revision: number }
  | { to: 'grant' | 'revoke'; accountId: string; userId: string }
  /** by the system: the provider does not accept the tokens any more */
  | { to: 'run-out'; accountId: string }
);

export type Wish = Asked['to'];
export type AskedTo<W extends Wish> = Extract<Asked, { to: W }>;

/** Ids of accounts count in the order of their addition. */
export const accountIdOf = (n: number): string => `account-${n}`;

/** Adds the first users and accounts. */
export const FIRST_COMMANDS: readonly Asked[] = [
  { by: 'ada', to: 'add-user', userId: 'ben', email: 'ben@acme.example', role: 'user' },
  { by: 'ada', to: 'add-user', userId: 'cleo', email: 'cleo@acme.example', role: 'user' },
  { by: 'ada', to: 'add-user', userId: 'olga', email: 'olga@acme.example', role: 'auditor' },
  { by: 'ada', to: 'add-account', address: 'info@acme.example', users: ['ben'], signIn: null },
  { by: 'ben', to: 'add-account', address: 'ben@acme.example', users: [], signIn: 'google' },
];

const who = fc.constantFrom('ada', 'ben', 'cleo', 'olga', 'dora');
/** An administrator more often than others: most requests of others are refused. */
const by = fc.oneof({ weight: 1, arbitrary: fc.constant('ada') }, { weight: 2, arbitrary: who });
const email = fc.constantFrom('ben@acme.example', 'dora@acme.example', 'dora@host.example');
const address = fc.constantFrom('info@acme.example', 'office@acme.example', 'Office@acme.example', 'ben@acme.example');
const accountId = fc.nat(2).map(accountIdOf);
const role = fc.constantFrom<Role>('administrator', 'user', 'auditor');
const provider = fc.constantFrom<MailProvider>('google', 'microsoft');

const server = (kind: 'imap' | 'smtp'): fc.Arbitrary<Server> =>
  fc.record({
    host: fc.constantFrom(`${kind}.acme.example`, `${kind}.host.example`),
    port: fc.constantFrom(kind === 'imap' ? 993 : 587, 25),
    security: fc.constantFrom('tls', 'starttls', 'none'),
  });

const setting: { [S in Setting]: fc.Arbitrary<Configuration[S]> } = {
  address,
  name: fc.constantFrom('Front desk', 'Reception', ''),
  login: fc.constantFrom('info@acme.example', 'acme-info'),
  incoming: server('imap'),
  outgoing: server('smtp'),
  sendOnly: fc.boolean(),
  createContacts: fc.boolean(),
  createContactsFrom: fc.constantFrom('people', 'everyone'),
  createTasks: fc.boolean(),
  keepServerCopies: fc.boolean(),
  fetchSince: fc.constantFrom(null, '2026-01-01'),
  sentFolder: fc.constantFrom(null, 'Sent'),
  draftsFolder: fc.constantFrom(null, 'Drafts'),
  notify: fc.boolean(),
  header: fc.constantFrom(null, '<p>Acme</p>'),
  signature: fc.constantFrom(null, '<p>Kind regards</p>'),
  senderName: fc.constantFrom(null, 'Acme'),
  undoSeconds: fc.nat(60),
  limits: fc.record({
    perMinute: fc.constant(null),
    perHour: fc.constantFrom(null, 100),
    perDay: fc.constantFrom(null, 500),
  }),
  autoresponder: fc.record({
    enabled: fc.boolean(),
    from: fc.constant(null),
    until: fc.constantFrom(null, '2026-07-15', '2026-07-15T00:00:00.000Z'),
    timeZone: fc.constantFrom('Europe/Warsaw', 'UTC'),
    subject: fc.constantFrom('Away', 'Out'),
    html: fc.constant(null),
    text: fc.constant('Back soon'),
  }),
};

/** A few settings: many at once would nearly always require a password. */
const settings = fc
  .tuple(fc.record(setting), fc.subarray(settingNames, { minLength: 1, maxLength: 3 }))
  .map(([all, names]) => Object.fromEntries(names.map((name) => [name, all[name]])) as Partial<Configuration>);

const is = <W extends Wish>(wish: W): fc.Arbitrary<W> => fc.constant(wish);

const one: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ by, to: is('add-user'), userId: who, email, role }),
  // Twice as often as other requests: role and active state decide about most of them.
  ...['half', 'half'].map(() =>
    fc.record({
      by,
      to: is('change-user'),
      userId: who,
      set: fc.record({ name: fc.constantFrom('Ada', 'Zoe'), role, active: fc.boolean() }, { requiredKeys: [] }),
    }),
  ),
  fc.record({ by, to: is('change-user-password'), userId: who }),
  fc.record({
    by,
    to: is('add-account'),
    address,
    users: fc.uniqueArray(who, { maxLength: 2 }),
    signIn: fc.option(provider, { freq: 1 }),
  }),
  fc.record({ by, to: is('remove-account'), accountId }),
  fc.record({ by, to: is('change-settings'), accountId, set: settings, password: fc.boolean() }),
  fc.record({ by, to: is('change-password'), accountId }),
  fc.record({ by, to: is('sign-in'), accountId, provider }),
  fc.record({ by, to: is('revert'), accountId, revision: fc.nat(12) }),
  fc.record({ by, to: fc.constantFrom('grant' as const, 'revoke' as const), accountId, userId: who }),
  fc.record({ by: fc.constant('system'), to: is('run-out'), accountId }),
);

export const anyCommands: fc.Arbitrary<Asked[]> = fc
  .array(one, { maxLength: 40, size: 'max' })
  .map((asked) => [...FIRST_COMMANDS, ...asked]);
