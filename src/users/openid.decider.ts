import type { Actor, Role } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import { addUser, changeUser } from './user.decider.js';
import type { Users } from './user.fold.js';
import type { UserEvent } from './user.events.js';

/** Claims of the company's provider about a person. */
export interface ProviderPerson {
  /** HMAC of issuer and subject */
  key: string;
  name: string;
  /** null: the provider gives no address */
  email: { address: string; key: string; verified: boolean | undefined } | null;
  /** null: no configured role */
  role: Role | null;
}

/** The user that is linked to a person of the provider; undefined: none yet. */
export function linkedTo(state: Users, key: string): string | undefined {
  const userId = state.byOpenId.get(key);
  return userId !== undefined && state.byId.get(userId)?.openIdKey === key ? userId : undefined;
}

/**
 * Signs a person in as the linked user. The first time, links the user with the same verified address, or adds a user.
 * A user with a password or another link is never taken over.
 * @param newId id of a user to add
 * @throws Refused 403
 */
export function signInByProvider(state: Users, by: Actor, person: ProviderPerson, newId: string): UserEvent[] {
  const role = roleOf(person);
  const linked = linkedTo(state, person.key);
  if (linked !== undefined) return takeRole(state, by, linked, role);
  const { email } = person;
  if (email === null)
    throw new Refused(
      'address-missing',
      'forbidden',
      'The provider does not give your address. Ask its operator to include the address in the sign-in.',
    );
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
  return [{ type: 'UserLinked', data: { userId, key: person.key } }, ...takeRole(state, by, userId, role)];
}

const NOT_VERIFIED = 'The provider has not verified your address. Ask its operator to verify it.';
const TAKEN =
  'A user with your address signs in another way. If that is you, sign in that way, then link the provider (POST /api/session/openid).';

/** Links a signed-in user to a person of the provider. @throws Refused 403, 409 */
export function linkToProvider(state: Users, by: Actor, person: ProviderPerson, userId: string): UserEvent[] {
  const role = roleOf(person);
  const linked = linkedTo(state, person.key);
  if (linked !== undefined && linked !== userId)
    throw new Refused(
      'linked-to-somebody-else',
      'conflict',
      'Another user is linked to this person of the provider. Sign in at the provider with your own account.',
    );
  const link: UserEvent[] = linked === userId ? [] : [{ type: 'UserLinked', data: { userId, key: person.key } }];
  return [...link, ...takeRole(state, by, userId, role)];
}

function roleOf({ role }: ProviderPerson): Role {
  if (role === null)
    throw new Refused(
      'no-role',
      'forbidden',
      'The provider gives you no role for this service. Ask its operator for one.',
    );
  return role;
}

/** Takes the role from the provider. The last administrator keeps the role. */
function takeRole(state: Users, by: Actor, userId: string, role: Role): UserEvent[] {
  if (state.byId.get(userId)?.active !== true)
    throw new Refused('user-deactivated', 'forbidden', 'Your user is deactivated. Ask an administrator.');
  try {
    return changeUser(state, by, userId, { role });
  } catch (error) {
    if (error instanceof Refused && error.reason === 'last-administrator') return [];
    throw error;
  }
}
