import type { Actor, Role } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import { addUser, changeUser } from './user.decider.js';
import type { Users } from './user.fold.js';
import type { UserEvent } from './user.events.js';

/** What the company's provider says of somebody who signed in there. */
export interface ProviderPerson {
  /** of issuer and subject */
  key: string;
  name: string;
  /** null: the provider tells none */
  email: { address: string; key: string; verified: boolean | undefined } | null;
  /** null: nothing that he is there makes him anything here */
  role: Role | null;
}

/** Who somebody is here by what the provider says; undefined when nobody is yet. */
export function linkedTo(state: Users, key: string): string | undefined {
  const userId = state.byOpenId.get(key);
  return userId !== undefined && state.byId.get(userId)?.openIdKey === key ? userId : undefined;
}

/**
 * He is let in as whom he is linked to; at the first time that is the user with his address, or one that is made. Never is somebody
 * taken over who has another way in.
 * @param newId of the user who is made when there is none
 */
export function signInByProvider(state: Users, by: Actor, person: ProviderPerson, newId: string): UserEvent[] {
  const role = roleOf(person);
  const linked = linkedTo(state, person.key);
  if (linked !== undefined) return asSaid(state, by, linked, role);
  const { email } = person;
  if (email === null)
    throw new Refused('address-missing', 'forbidden', 'the provider does not say which address is yours');
  const userId = state.byEmail.get(email.key);
  const user = userId === undefined ? undefined : state.byId.get(userId);
  if (userId === undefined || user === undefined) {
    if (email.verified === false) throw new Refused('address-not-verified', 'forbidden', NOT_VERIFIED);
    const { key: emailKey, address } = email;
    const added = { userId: newId, name: person.name, email: address, emailKey, role, passwordVersion: null };
    return [...addUser(state, by, added), { type: 'UserLinked', data: { userId: newId, key: person.key } }];
  }
  if (email.verified !== true) throw new Refused('address-not-verified', 'forbidden', NOT_VERIFIED);
  if (user.passwordVersion > 0 || user.openIdKey !== null) throw new Refused('address-taken', 'forbidden', TAKEN);
  return [{ type: 'UserLinked', data: { userId, key: person.key } }, ...asSaid(state, by, userId, role)];
}

const NOT_VERIFIED = 'the provider does not say that your address has been verified: ask who runs it to verify it';
const TAKEN =
  'somebody here has your address and signs in otherwise: if it is you, sign in that way and link yourself to the provider (POST /api/session/openid)';

/** By somebody who is signed in: from now on he may sign in at the provider too. */
export function linkToProvider(state: Users, by: Actor, person: ProviderPerson, userId: string): UserEvent[] {
  const role = roleOf(person);
  const linked = linkedTo(state, person.key);
  if (linked !== undefined && linked !== userId)
    throw new Refused(
      'linked-to-somebody-else',
      'conflict',
      'somebody else here signs in as this person of the provider',
    );
  const link: UserEvent[] = linked === userId ? [] : [{ type: 'UserLinked', data: { userId, key: person.key } }];
  return [...link, ...asSaid(state, by, userId, role)];
}

function roleOf({ role }: ProviderPerson): Role {
  if (role === null)
    throw new Refused(
      'no-role',
      'forbidden',
      'the provider gives you no role that counts here: ask who runs it for one',
    );
  return role;
}

/** The role becomes what the provider says, but for the last administrator's, who stays one. */
function asSaid(state: Users, by: Actor, userId: string, role: Role): UserEvent[] {
  if (state.byId.get(userId)?.active !== true)
    throw new Refused('user-deactivated', 'forbidden', 'you are not let in any more: ask an administrator');
  try {
    return changeUser(state, by, userId, { role });
  } catch (error) {
    if (error instanceof Refused && error.reason === 'last-administrator') return [];
    throw error;
  }
}
