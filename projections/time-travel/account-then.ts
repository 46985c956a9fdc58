import {
  type AccountEvent,
  changesSetting,
  type Configuration,
  configured,
  type SignIn,
  signInAfter,
  signInAtFirst,
  withChange,
} from '../../src/accounts/account.events.js';
import type { ConnectionEvent } from '../../src/accounts/connection/connection.events.js';
import type { Role } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import type { UserEvent } from '../../src/users/user.events.js';
import { type ConnectionFailure, failureOf } from '../accounts/connection-failure.js';

/** An account, folded from its stream up to some fact. */
export interface AccountThen {
  id: string;
  owner: string | null;
  settings: Configuration;
  signIn: SignIn;
  /** ids of the people with granted access */
  users: ReadonlySet<string>;
  removed: boolean;
  addedAt: string;
  revision: number;
}

export function accountAfter(before: AccountThen | null, fact: Recorded<AccountEvent>): AccountThen | null {
  if (fact.type === 'AccountAdded') {
    const { accountId: id, owner, settings } = fact.data;
    const { revision } = fact;
    const now = {
      settings: configured(settings),
      signIn: signInAtFirst(fact),
      users: new Set<string>(),
      removed: false,
    };
    return { id, owner, ...now, addedAt: fact.metadata.at, revision };
  }
  if (before === null) return null;
  const after = { ...before, signIn: signInAfter(before.signIn, fact), revision: fact.revision };
  if (changesSetting(fact)) return { ...after, settings: withChange(before.settings, fact) };
  if (fact.type === 'AccessGranted') return { ...after, users: new Set(before.users).add(fact.data.userId) };
  if (fact.type === 'AccessRevoked')
    return { ...after, users: new Set([...before.users].filter((id) => id !== fact.data.userId)) };
  return fact.type === 'AccountRemoved' ? { ...after, users: new Set(), removed: true } : after;
}

export interface PersonThen {
  name: string | null;
  email: string | null;
  role: Role;
  active: boolean;
}

export type PeopleThen = ReadonlyMap<string, PersonThen>;

/** Applies a fact to `people`, a map that only this fold uses. */
export function applyToPeople(people: Map<string, PersonThen>, { type, data }: UserEvent): void {
  if (type === 'UserAdded') {
    const { userId, name, email, role } = data;
    people.set(userId, { name, email, role, active: true });
  }
  const person = people.get(data.userId);
  if (!person) return;
  if (type === 'UserRenamed') person.name = data.name;
  if (type === 'UserRoleChanged') person.role = data.to;
  if (type === 'UserDeactivated') person.active = false;
  if (type === 'UserReactivated') person.active = true;
}

export interface StatusThen {
  status: 'unverified' | 'connected' | 'failing';
  failure: ConnectionFailure | null;
}

/** @param fact last fact of the connection */
export function statusAfter(fact: ConnectionEvent | undefined): StatusThen {
  if (fact === undefined) return { status: 'unverified', failure: null };
  if (fact.type === 'LoginAccepted') return { status: 'connected', failure: null };
  return { status: 'failing', failure: failureOf(fact.data) };
}

type AccessReason = 'administrator' | 'owner' | 'granted';

interface CouldUse {
  id: string;
  person: PersonThen;
  why: AccessReason;
}

/** People that could use the account. Auditors read no mail, even with granted access; inactive people use nothing. */
export const usersOf = (account: AccountThen, people: PeopleThen): CouldUse[] =>
  [...people].flatMap(([id, person]) => {
    const why = accessReason(account, id, person);
    return why === null ? [] : [{ id, person, why }];
  });

function accessReason({ owner, users }: AccountThen, id: string, { role, active }: PersonThen): AccessReason | null {
  if (!active) return null;
  if (role === 'administrator') return 'administrator';
  if (role !== 'user') return null;
  if (id === owner) return 'owner';
  return users.has(id) ? 'granted' : null;
}
