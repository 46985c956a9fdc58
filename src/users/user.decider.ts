import type { Actor, Role } from '../platform/domain.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import type { UserEvent } from './user.events.js';
import { type User, type Users, users } from './user.fold.js';

interface NewUser {
  userId: string;
  name: string;
  email: string;
  emailKey: string;
  role: Role;
  /** version of the password's hash in the vault; null: no password, so that no sign-in by password is possible */
  passwordVersion: number | null;
}

/** @throws Refused 403 */
const requireAdministrator = (by: Actor): void => {
  if (!isAdministrator(by)) throw new Refused('only-an-administrator-manages-users', 'forbidden');
};

/** @throws Refused 403; 409 `email-taken` */
export function addUser(state: Users, by: Actor, user: NewUser): UserEvent[] {
  requireAdministrator(by);
  if (state.byId.has(user.userId)) return [];
  if (state.byEmail.has(user.emailKey))
    throw new Refused('email-taken', 'conflict', 'Another user has this address already. Use another address.');
  const { passwordVersion, ...data } = user;
  const added: UserEvent = { type: 'UserAdded', data };
  if (passwordVersion === null) return [added];
  return [added, { type: 'UserPasswordChanged', data: { userId: user.userId, version: passwordVersion } }];
}

/** The first administrator, added at the first start; nothing when there are users already. */
export const addFirstAdministrator = (state: Users, by: Actor, user: NewUser): UserEvent[] =>
  state.byId.size > 0 ? [] : addUser(state, by, user);

/** Fields that are left out stay unchanged. */
export interface UserChange {
  name?: string | undefined;
  role?: Role | undefined;
  active?: boolean | undefined;
}

/**
 * One fact per changed field.
 * @throws Refused 403, 404; 409 `last-administrator`
 */
export function changeUser(state: Users, by: Actor, userId: string, change: UserChange): UserEvent[] {
  requireAdministrator(by);
  const user = state.byId.get(userId);
  if (!user) throw new Refused('user-not-found', 'not-found');
  const facts: UserEvent[] = [];
  if (change.name !== undefined && change.name !== user.name)
    facts.push({ type: 'UserRenamed', data: { userId, name: change.name } });
  if (change.role !== undefined && change.role !== user.role)
    facts.push({ type: 'UserRoleChanged', data: { userId, from: user.role, to: change.role } });
  if (change.active === false && user.active) facts.push({ type: 'UserDeactivated', data: { userId } });
  if (change.active === true && !user.active) facts.push({ type: 'UserReactivated', data: { userId } });
  const after = facts.reduce((before, fact) => users.evolve(before, fact), state);
  if (state.administrators > 0 && after.administrators === 0)
    throw new Refused(
      'last-administrator',
      'conflict',
      'This is the last active administrator. Make another user an administrator first.',
    );
  return facts;
}

/** Users change their own password, administrators every password. @throws Refused 403, 404 */
export function mayChangeUserPassword(state: Users, by: Actor, userId: string): User {
  if (by.id !== userId) requireAdministrator(by);
  const user = state.byId.get(userId);
  if (!user) throw new Refused('user-not-found', 'not-found');
  return user;
}

/**
 * A version below the one in force is refused: the vault has erased that password already.
 * @throws Refused 403, 404, 409
 */
export function changeUserPassword(state: Users, by: Actor, userId: string, version: number): UserEvent[] {
  const { passwordVersion } = mayChangeUserPassword(state, by, userId);
  if (version <= passwordVersion)
    throw new Refused(
      'changed-meanwhile',
      'conflict',
      'The password was changed at the same moment. Check it, and change it again if needed.',
    );
  return [{ type: 'UserPasswordChanged', data: { userId, version } }];
}
