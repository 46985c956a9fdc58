import { Map } from 'immutable';
import type { Decider, Role } from '../platform/domain.js';
import type { UserEvent } from './user.events.js';

export interface User {
  role: Role;
  active: boolean;
  emailKey: string;
  email: string | null;
  name: string | null;
  /** version of the password's hash in the vault; 0: no password, so that no sign-in by password is possible */
  passwordVersion: number;
  /** HMAC of issuer and subject at the company's provider; null: no sign-in there */
  openIdKey: string | null;
}

/** All users. Immutable maps share unchanged entries: a copy of all users for each fact would cost quadratic time. */
export interface Users {
  byId: Map<string, User>;
  /** ids of users, by the HMAC of the address */
  byEmail: Map<string, string>;
  /** ids of users, by `openIdKey`; an entry stays when the user is linked to another key */
  byOpenId: Map<string, string>;
  /** number of active administrators */
  administrators: number;
}

const isActiveAdministrator = (user: User | undefined): boolean =>
  user !== undefined && user.active && user.role === 'administrator';

export const users: Decider<Users, UserEvent> = {
  initial: { byId: Map(), byEmail: Map(), byOpenId: Map(), administrators: 0 },
  reads: 'cached',
  evolve(state, fact) {
    const put = (userId: string, user: User): Users => ({
      ...state,
      byId: state.byId.set(userId, user),
      administrators:
        state.administrators +
        Number(isActiveAdministrator(user)) -
        Number(isActiveAdministrator(state.byId.get(userId))),
    });
    const change = (userId: string, to: Partial<User>): Users => {
      const user = state.byId.get(userId);
      return user ? put(userId, { ...user, ...to }) : state;
    };
    switch (fact.type) {
      case 'UserAdded': {
        const { userId, emailKey, role, email, name } = fact.data;
        const user: User = { role, active: true, emailKey, email, name, passwordVersion: 0, openIdKey: null };
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
