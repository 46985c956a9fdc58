import { Map } from 'immutable';
import type { Actor, Decider, Role } from '../platform/domain.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import type { UserEvent } from './user.events.js';

interface User {
  role: Role;
  active: boolean;
  emailKey: string;
  name: string | null;
  /** 0: none */
  passwordVersion: number;
  /** of whom the company's provider knows; null: he does not sign in there */
  openIdKey: string | null;
}

/** Maps that share what did not change: a copy of all people for each fact would cost its square. */
export interface Users {
  byId: Map<string, User>;
  /** ids by address, as a key */
  byEmail: Map<string, string>;
  /** ids by whom the provider knows; a key that was his once may still be here */
  byOpenId: Map<string, string>;
  /** how many are active */
  administrators: number;
}

const counts = (user: User | undefined): number => (user?.active && user.role === 'administrator' ? 1 : 0);

export const users: Decider<Users, UserEvent> = {
  initial: { byId: Map(), byEmail: Map(), byOpenId: Map(), administrators: 0 },
  remembered: true,
  evolve(state, fact) {
    const put = (userId: string, user: User): Users => ({
      ...state,
      byId: state.byId.set(userId, user),
      administrators: state.administrators + counts(user) - counts(state.byId.get(userId)),
    });
    const change = (userId: string, to: Partial<User>): Users => {
      const user = state.byId.get(userId);
      return user ? put(userId, { ...user, ...to }) : state;
    };
    switch (fact.type) {
      case 'UserAdded': {
        const { userId, emailKey, role, name } = fact.data;
        const user: User = { role, active: true, emailKey, name, passwordVersion: 0, openIdKey: null };
        return { ...put(userId, user), byEmail: state.byEmail.set(emailKey, userId) };
      }
      case 'UserRoleChanged':
        return change(fact.data.userId, { role: fact.data.to });
      case 'UserDeactivated':
        return change(fact.data.userId, { active: false });
      case 'UserReactivated':
        return change(fact.data.userId, { active: true });
      case 'UserLinked': {
        const { userId, key } = fact.data;
        return { ...change(userId, { openIdKey: key }), byOpenId: state.byOpenId.set(key, userId) };
      }
      case 'UserRenamed':
        return change(fact.data.userId, { name: fact.data.name });
      case 'UserPasswordChanged':
        return change(fact.data.userId, { passwordVersion: fact.data.version });
      default:
        return fact satisfies never;
    }
  },
};

export interface NewUser {
  userId: string;
  name: string;
  email: string;
  emailKey: string;
  role: Role;
  /** version of the password's hash in the vault; null: cannot sign in yet */
  passwordVersion: number | null;
}

const onlyAdministrators = (by: Actor): void => {
  if (!isAdministrator(by)) throw new Refused('only-an-administrator-manages-users', 'forbidden');
};

export function addUser(state: Users, by: Actor, user: NewUser): UserEvent[] {
  onlyAdministrators(by);
  if (state.byId.has(user.userId)) return [];
  if (state.byEmail.has(user.emailKey))
    throw new Refused('email-taken', 'conflict', 'somebody has this address already');
  const { passwordVersion, ...data } = user;
  const added: UserEvent = { type: 'UserAdded', data };
  if (passwordVersion === null) return [added];
  return [added, { type: 'UserPasswordChanged', data: { userId: user.userId, version: passwordVersion } }];
}

/** The very first person, made at the first start; nothing once there is anybody. */
export const addFirstAdministrator = (state: Users, by: Actor, user: NewUser): UserEvent[] =>
  state.byId.size > 0 ? [] : addUser(state, by, user);

/** What is left out stays as it is. */
export interface UserChange {
  name?: string | undefined;
  role?: Role | undefined;
  active?: boolean | undefined;
}

/** One fact per change. The last active administrator stays one. */
export function changeUser(state: Users, by: Actor, userId: string, change: UserChange): UserEvent[] {
  onlyAdministrators(by);
  const user = state.byId.get(userId);
  if (!user) throw new Refused('user-not-found', 'not-found');
  const facts: UserEvent[] = [];
  if (change.name !== undefined && change.name !== user.name)
    facts.push({ type: 'UserRenamed', data: { userId, name: change.name } });
  if (change.role !== undefined && change.role !== user.role)
    facts.push({ type: 'UserRoleChanged', data: { userId, from: user.role, to: change.role } });
  if (change.active === false && user.active) facts.push({ type: 'UserDeactivated', data: { userId } });
  if (change.active === true && !user.active) facts.push({ type: 'UserReactivated', data: { userId } });
  const after = facts.reduce((so, fact) => users.evolve(so, fact), state);
  if (state.administrators > 0 && after.administrators === 0)
    throw new Refused('last-administrator', 'conflict', 'one active administrator must stay');
  return facts;
}

/** @throws Refused unless he may change this one's password: his own, or an administrator anybody's */
export function mayChangeUserPassword(state: Users, by: Actor, userId: string): User {
  if (by.id !== userId) onlyAdministrators(by);
  const user = state.byId.get(userId);
  if (!user) throw new Refused('user-not-found', 'not-found');
  return user;
}

/** What a newer version has overtaken is erased already, and never in force. */
export function changeUserPassword(state: Users, by: Actor, userId: string, version: number): UserEvent[] {
  const { passwordVersion } = mayChangeUserPassword(state, by, userId);
  if (version <= passwordVersion)
    throw new Refused('changed-meanwhile', 'conflict', 'the password was changed by somebody else at the same moment');
  return [{ type: 'UserPasswordChanged', data: { userId, version } }];
}
