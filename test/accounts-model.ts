import fc from 'fast-check';
import type { Actor, Role } from '../src/platform/domain.js';
import { type Configuration, configured, type Server, settingNames } from '../src/accounts/account.events.js';
import { settings } from './examples/account-facts.js';

/** domain.md §1 and §2 in as few words as possible: no facts, no history, only how things stand. */
export interface Model {
  settings: Configuration;
  owner: string | null;
  users: Set<string>;
  passwords: number;
}

export const newModel = (owner: string | null): Model => ({
  settings: configured(settings()),
  owner,
  users: new Set(),
  passwords: 1,
});

export const PEOPLE: Record<string, Role> = { ada: 'administrator', ben: 'user', cleo: 'user', olga: 'auditor' };
export const actorOf = (id: string): Actor => ({ id, role: PEOPLE[id]! });

export type Asked =
  | { kind: 'change'; by: string; set: Partial<Configuration>; password: boolean }
  | { kind: 'password'; by: string }
  | { kind: 'grant' | 'revoke'; by: string; to: string }
  | { kind: 'revert'; by: string; revision: number };

const may = (model: Model, by: string): boolean =>
  PEOPLE[by] === 'administrator' || (PEOPLE[by] === 'user' && model.owner === by);

/** Whether the password would go where it has not been, or less protected. */
function exposes(now: Server, next: Server): boolean {
  const order = ['none', 'starttls', 'tls'];
  return now.host !== next.host || now.port !== next.port || order.indexOf(next.security) < order.indexOf(now.security);
}

const exposing = ({ settings: now }: Model, set: Partial<Configuration>): (keyof Configuration)[] => [
  ...(set.login !== undefined && set.login !== now.login ? (['login'] as const) : []),
  ...(['incoming', 'outgoing'] as const).filter((name) => set[name] !== undefined && exposes(now[name], set[name])),
];

/** True when it was done; a refusal changes nothing. `then`: the settings at the revision of a revert. */
export function ask(model: Model, asked: Asked, then?: Configuration): boolean {
  if (asked.kind === 'grant' || asked.kind === 'revoke') {
    if (PEOPLE[asked.by] !== 'administrator' || PEOPLE[asked.to] === 'administrator') return false;
    if (asked.kind === 'revoke' && model.owner === asked.to && !model.users.has(asked.to)) return false;
    if (asked.kind === 'grant') model.users.add(asked.to);
    else model.users.delete(asked.to);
    return true;
  }
  if (!may(model, asked.by)) return false;
  if (asked.kind === 'password') model.passwords++;
  if (asked.kind === 'change') {
    if (!asked.password && exposing(model, asked.set).length > 0) return false;
    if (asked.password) model.passwords++;
    Object.assign(model.settings, asked.set);
  }
  if (asked.kind === 'revert' && then) {
    const left = exposing(model, then);
    for (const name of settingNames) if (!left.includes(name)) Object.assign(model.settings, { [name]: then[name] });
  }
  return true;
}

const server = (kind: string): fc.Arbitrary<Server> =>
  fc.record({
    host: fc.constantFrom(`${kind}.acme.example`, `${kind}.host.example`),
    port: fc.constantFrom(993, 143),
    security: fc.constantFrom('tls', 'starttls', 'none'),
  });

const anySettings: fc.Arbitrary<Partial<Configuration>> = fc.record(
  {
    address: fc.constantFrom('info@acme.example', 'office@acme.example'),
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
    autoresponder: fc.record({
      enabled: fc.boolean(),
      from: fc.constant(null),
      until: fc.constantFrom(null, '2026-07-15T00:00:00.000Z'),
      subject: fc.constantFrom('Away', 'Out'),
      html: fc.constant(null),
      text: fc.constant('Back soon'),
    }),
  },
  { requiredKeys: [] },
);

const who = fc.constantFrom(...Object.keys(PEOPLE));

export const anyCommands: fc.Arbitrary<Asked[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('change' as const), by: who, set: anySettings, password: fc.boolean() }),
    fc.record({ kind: fc.constant('password' as const), by: who }),
    fc.record({ kind: fc.constantFrom('grant' as const, 'revoke' as const), by: who, to: who }),
    fc.record({ kind: fc.constant('revert' as const), by: who, revision: fc.nat(20) }),
  ),
  { maxLength: 25, size: 'max' },
);
export const anyOwner = fc.constantFrom(null, 'ben');
