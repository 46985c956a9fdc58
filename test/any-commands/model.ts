import {
  type Configuration,
  configured,
  type MailProvider,
  type Server,
  settingNames,
} from '../../src/accounts/account.events.js';
import type { Role } from '../../src/platform/domain.js';
import { settings } from '../examples/account-facts.js';
import { accountIdOf, type Asked, type AskedTo, type Wish } from './commands.js';

/** Model of the rules for users and accounts: the current state only, without facts and history. */
export class Company {
  readonly people = new Map<string, Person>([
    ['ada', { name: 'ada', email: 'ada@acme.example', role: 'administrator', active: true, passwords: 0 }],
  ]);
  readonly accounts = new Map<string, Mailbox>();
}

export interface Person {
  name: string;
  email: string;
  role: Role;
  active: boolean;
  passwords: number;
}

export interface Mailbox {
  removed: boolean;
  owner: string | null;
  settings: Configuration;
  granted: Set<string>;
  /** number of passwords and sign-ins so far, and the number of the password in force; 0: none */
  secrets: number;
  password: number;
  signIn: 'password' | MailProvider;
  signedIn: 'yes' | 'not-yet' | 'ran-out';
}

export type Why = 'administrator' | 'owner' | 'granted';

/** Ground on which a person may use the account; null: none. */
export function whyMayUse({ people }: Company, { removed, owner, granted }: Mailbox, userId: string): Why | null {
  const { active, role } = people.get(userId) ?? { active: false, role: 'user' };
  if (removed || !active || role === 'auditor') return null;
  if (role === 'administrator') return 'administrator';
  if (owner === userId) return 'owner';
  return granted.has(userId) ? 'granted' : null;
}

/** All persons that may use the account, with their grounds. */
export function whoMayUse(company: Company, mailbox: Mailbox): Record<string, Why> {
  const all = [...company.people.keys()].map((userId) => [userId, whyMayUse(company, mailbox, userId)] as const);
  return Object.fromEntries(all.filter((one): one is [string, Why] => one[1] !== null));
}

/** Accounts that a person may use. */
export const usedBy = (company: Company, userId: string): string[] =>
  [...company.accounts].filter(([, mailbox]) => whyMayUse(company, mailbox, userId) !== null).map(([id]) => id);

/** Accounts in the list of a person; `locked` without the mail module. */
export function listOf(company: Company, userId: string): string[] | 'locked' {
  const { role } = company.people.get(userId)!;
  if (role === 'auditor') return [...company.accounts].filter(([, { removed }]) => !removed).map(([id]) => id);
  const used = usedBy(company, userId);
  return role === 'user' && used.length === 0 ? 'locked' : used;
}

const isAdministrator = ({ people }: Company, userId: string): boolean => people.get(userId)?.role === 'administrator';

const isOpen = (mailbox: Mailbox | undefined): mailbox is Mailbox => mailbox !== undefined && !mailbox.removed;

const setsUp = (company: Company, mailbox: Mailbox | undefined, by: string): mailbox is Mailbox =>
  isOpen(mailbox) && ['administrator', 'owner'].includes(whyMayUse(company, mailbox, by)!);

function isTaken({ accounts }: Company, address: string, but?: Mailbox): boolean {
  const wanted = address.toLowerCase();
  return [...accounts.values()].some(
    (one) => one !== but && !one.removed && one.settings.address.toLowerCase() === wanted,
  );
}

/** True when the password would go to another server, or with weaker encryption. */
function exposes(now: Server, next: Server): boolean {
  const order = ['none', 'starttls', 'tls'];
  return now.host !== next.host || now.port !== next.port || order.indexOf(next.security) < order.indexOf(now.security);
}

const exposing = ({ settings: now }: Mailbox, set: Partial<Configuration>): (keyof Configuration)[] => [
  ...(set.login !== undefined && set.login !== now.login ? (['login'] as const) : []),
  ...(['incoming', 'outgoing'] as const).filter((name) => set[name] !== undefined && exposes(now[name], set[name])),
];

function takePassword(mailbox: Mailbox): void {
  Object.assign(mailbox, { password: ++mailbox.secrets, signIn: 'password', signedIn: 'yes' });
}

/** Returns false for a refusal, which changes nothing. `then`: settings at the revision of a revert. */
type Rules = { [W in Wish]: (company: Company, asked: AskedTo<W>, then: Configuration | undefined) => boolean };

const rules: Rules = {
  'add-user': (company, { by, userId, email, role }) => {
    if (!isAdministrator(company, by)) return false;
    if (company.people.has(userId)) return true;
    if ([...company.people.values()].some((one) => one.email === email)) return false;
    company.people.set(userId, { name: userId, email, role, active: true, passwords: 1 });
    return true;
  },
  'change-user': (company, { by, userId, set }) => {
    const person = company.people.get(userId);
    if (!isAdministrator(company, by) || !person) return false;
    const after = { ...person, ...set };
    const others = [...company.people.values()].filter((one) => one !== person);
    if (![...others, after].some((one) => one.role === 'administrator' && one.active)) return false;
    company.people.set(userId, after);
    return true;
  },
  'change-user-password': (company, { by, userId }) => {
    const person = company.people.get(userId);
    if (!person || (by !== userId && !isAdministrator(company, by))) return false;
    person.passwords++;
    return true;
  },
  'add-account': (company, { by, address, users, signIn }) => {
    const { role } = company.people.get(by)!;
    if (role === 'auditor') return false;
    if (role === 'user' && (usedBy(company, by).length === 0 || users.length > 0)) return false;
    if (users.some((id) => !company.people.has(id)) || isTaken(company, address)) return false;
    company.accounts.set(accountIdOf(company.accounts.size), {
      removed: false,
      owner: role === 'user' ? by : null,
      settings: configured(settings({ address })),
      granted: new Set(users.filter((id) => !isAdministrator(company, id))),
      secrets: signIn ? 0 : 1,
      password: signIn ? 0 : 1,
      signIn: signIn ?? 'password',
      signedIn: signIn ? 'not-yet' : 'yes',
    });
    return true;
  },
  'remove-account': (company, { by, accountId }) => {
    const mailbox = company.accounts.get(accountId);
    if (!setsUp(company, mailbox && { ...mailbox, removed: false }, by)) return false;
    mailbox!.removed = true;
    return true;
  },
  'change-settings': (company, { by, accountId, set, password }) => {
    const mailbox = company.accounts.get(accountId);
    if (!setsUp(company, mailbox, by)) return false;
    if (!password && exposing(mailbox, set).length > 0) return false;
    if (set.address !== undefined && isTaken(company, set.address, mailbox)) return false;
    if (password) takePassword(mailbox);
    Object.assign(mailbox.settings, set);
    return true;
  },
  'change-password': (company, { by, accountId }) => {
    const mailbox = company.accounts.get(accountId);
    if (!setsUp(company, mailbox, by)) return false;
    takePassword(mailbox);
    return true;
  },
  'sign-in': (company, { by, accountId, provider }) => {
    const mailbox = company.accounts.get(accountId);
    if (!mailbox || whyMayUse(company, mailbox, by) === null) return false;
    if (mailbox.signIn !== provider && !setsUp(company, mailbox, by)) return false;
    Object.assign(mailbox, { secrets: mailbox.secrets + 1, password: 0, signIn: provider, signedIn: 'yes' });
    return true;
  },
  revert: (company, { by, accountId }, then) => {
    const mailbox = company.accounts.get(accountId);
    if (!setsUp(company, mailbox, by) || then === undefined) return false;
    const left = exposing(mailbox, then);
    if (isTaken(company, then.address, mailbox)) left.push('address');
    for (const name of settingNames) if (!left.includes(name)) Object.assign(mailbox.settings, { [name]: then[name] });
    return true;
  },
  grant: (company, { by, accountId, userId }) => {
    const mailbox = company.accounts.get(accountId);
    if (!isOpen(mailbox) || !isAdministrator(company, by)) return false;
    if (!company.people.has(userId) || isAdministrator(company, userId)) return false;
    mailbox.granted.add(userId);
    return true;
  },
  revoke: (company, { by, accountId, userId }) => {
    const mailbox = company.accounts.get(accountId);
    if (!isOpen(mailbox) || !isAdministrator(company, by)) return false;
    if (!company.people.has(userId) || isAdministrator(company, userId)) return false;
    if (mailbox.owner === userId && !mailbox.granted.has(userId)) return false;
    mailbox.granted.delete(userId);
    return true;
  },
  'run-out': (company, { accountId }) => {
    const mailbox = company.accounts.get(accountId);
    if (isOpen(mailbox) && mailbox.signIn !== 'password' && mailbox.signedIn === 'yes') mailbox.signedIn = 'ran-out';
    return true;
  },
};

export function ask(company: Company, asked: Asked, then?: Configuration): boolean {
  if (asked.by !== 'system' && !company.people.get(asked.by)?.active) return false;
  return (rules[asked.to] as (company: Company, asked: Asked, then?: Configuration) => boolean)(company, asked, then);
}
