import type { Actor } from '../platform/domain.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import type { AccountEvent, MailProvider, Settings } from './account.events.js';
import { type Account, hasAddress, type OpenAccount } from './account.fold.js';

/** Auditors use no account, not even as its owner or by access granted earlier. */
const mayUse = (state: OpenAccount, by: Actor): boolean =>
  isAdministrator(by) || (by.role === 'user' && (state.owner === by.id || state.users.has(by.id)));
const maySee = (state: OpenAccount, by: Actor): boolean => by.role === 'auditor' || mayUse(state, by);
export const maySet = (state: OpenAccount, by: Actor): boolean =>
  isAdministrator(by) || (state.owner === by.id && by.role === 'user');

/** Administrators and auditors keep the records: for all others, a removed account is not found. */
const maySeeRemoved = (by: Actor): boolean => isAdministrator(by) || by.role === 'auditor';
const accountRemoved = (): Refused =>
  new Refused('account-removed', 'conflict', 'This account was removed and cannot be changed. Add the mailbox again.');

/** The account, if `by` may see it. @throws Refused 404; 409 for a removed account */
export function seen(state: Account, by: Actor): OpenAccount {
  if (state.status === 'removed' && maySeeRemoved(by)) throw accountRemoved();
  if (state.status !== 'open' || !maySee(state, by)) throw new Refused('account-not-found', 'not-found');
  return state;
}

interface NewAccount {
  accountId: string;
  settings: Settings;
  /** 0: no password */
  passwordVersion: number;
  signIn?: MailProvider;
  users: readonly string[];
}

/**
 * @param hasMailModule true when `by` may use an account already
 * @throws Refused 403, 409
 */
export function addAccount(
  state: Account,
  by: Actor,
  hasMailModule: boolean,
  { users, ...data }: NewAccount,
): AccountEvent[] {
  mayAddAccounts(by, hasMailModule, users);
  if (state.status === 'open') return [];
  if (state.status === 'abandoned') throw addressTaken();
  if (state.status === 'removed') throw accountRemoved();
  const { accountId } = data;
  return [
    { type: 'AccountAdded', data: { ...data, owner: by.role === 'user' ? by.id : null } },
    ...[...new Set(users)].map((userId): AccountEvent => ({ type: 'AccessGranted', data: { accountId, userId } })),
  ];
}

/** @throws Refused 403 */
export function mayAddAccounts(by: Actor, hasMailModule: boolean, users: readonly string[]): void {
  if (isAdministrator(by)) return;
  if (by.role === 'auditor') throw new Refused('auditors-add-no-accounts', 'forbidden');
  if (!hasMailModule)
    throw new Refused(
      'mail-module-locked',
      'forbidden',
      'No account is assigned to you yet. Ask an administrator for access to one.',
    );
  if (users.length > 0) throw new Refused('only-an-administrator-grants-access', 'forbidden');
}

/** @throws Refused 403, 404, 409 */
export function mayChangePassword(state: Account, by: Actor): OpenAccount {
  const open = seen(state, by);
  if (!maySet(open, by)) throw new Refused('only-its-owner-or-an-administrator-changes-the-password', 'forbidden');
  return open;
}

/**
 * Writes a fact for each password, because nothing compares it with the old one. A version below the one in force is
 * refused: the vault has erased that password already.
 * @throws Refused 403, 404, 409
 */
export function changePassword(state: Account, by: Actor, accountId: string, version: number): AccountEvent[] {
  const { passwordVersion, signIn } = mayChangePassword(state, by);
  if (version <= passwordVersion)
    throw new Refused(
      'changed-meanwhile',
      'conflict',
      'The password was changed at the same moment. Check it, and change it again if needed.',
    );
  const instead = signIn.with === 'password' ? {} : { insteadOf: signIn.with };
  return [{ type: 'PasswordChanged', data: { accountId, version, ...instead } }];
}

/**
 * Everybody with access to the account may sign in to its mailbox. Only its owner or an administrator may replace a
 * password, or another provider, by a sign-in.
 * @throws Refused 403, 404, 409
 */
export function maySignIn(state: Account, by: Actor, provider: MailProvider): OpenAccount {
  const open = seen(state, by);
  if (!mayUse(open, by)) throw new Refused('auditors-do-not-read-mail', 'forbidden');
  if (open.signIn.with !== provider && !maySet(open, by))
    throw new Refused('only-its-owner-or-an-administrator-changes-the-password', 'forbidden');
  return open;
}

/**
 * @param version of the tokens; refused below the version in force, because the vault has erased those tokens already
 * @throws Refused 403, 404, 409
 */
export function grantSignIn(
  state: Account,
  by: Actor,
  accountId: string,
  provider: MailProvider,
  version: number,
): AccountEvent[] {
  const { signIn } = maySignIn(state, by, provider);
  if (signIn.tokens !== null && version <= signIn.tokens)
    throw new Refused(
      'changed-meanwhile',
      'conflict',
      'Another person signed in to this mailbox at the same moment. Begin the sign-in again.',
    );
  return [{ type: 'SignInGranted', data: { accountId, from: signIn.with, provider, version } }];
}

/**
 * Idempotent, also for the owner, although a removed account is not found for its owner.
 * @throws Refused 403, 404
 */
export function removeAccount(state: Account, by: Actor, accountId: string): AccountEvent[] {
  if (state.status === 'removed' && (isAdministrator(by) || (state.owner === by.id && by.role === 'user'))) return [];
  const open = seen(state, by);
  if (!maySet(open, by)) throw new Refused('only-its-owner-or-an-administrator-removes-an-account', 'forbidden');
  return [{ type: 'AccountRemoved', data: { accountId } }];
}

/** The user in a change of access. */
export interface Grantee {
  userId: string;
  /** false: there is no such user */
  known: boolean;
  /** has access to every account by role */
  administrator: boolean;
}

function mayChangeAccess(state: Account, by: Actor, to: Grantee): OpenAccount {
  const open = seen(state, by);
  if (!isAdministrator(by)) throw new Refused('only-an-administrator-grants-access', 'forbidden');
  if (!to.known) throw new Refused('user-not-found', 'not-found');
  if (to.administrator)
    throw new Refused(
      'administrators-always-have-access',
      'conflict',
      'Administrators have access to every account: it cannot be granted or revoked.',
    );
  return open;
}

export function grantAccess(state: Account, by: Actor, accountId: string, to: Grantee): AccountEvent[] {
  const { users } = mayChangeAccess(state, by, to);
  return users.has(to.userId) ? [] : [{ type: 'AccessGranted', data: { accountId, userId: to.userId } }];
}

export function revokeAccess(state: Account, by: Actor, accountId: string, from: Grantee): AccountEvent[] {
  const { users, owner } = mayChangeAccess(state, by, from);
  if (owner === from.userId && !users.has(from.userId)) throw new Refused('the-owner-keeps-his-account', 'conflict');
  return users.has(from.userId) ? [{ type: 'AccessRevoked', data: { accountId, userId: from.userId } }] : [];
}

export const addressTaken = (): Refused =>
  new Refused('address-taken', 'conflict', 'This address is connected already. Use that account, or another address.');

/**
 * Voids earlier claims of an account on an address that the account does not have. Nothing for an account that has the
 * address, or was removed or abandoned: those take no address any more.
 */
export function voidClaim(state: Account, accountId: string, address: string): AccountEvent[] {
  if (state.status === 'absent') return [{ type: 'AccountAbandoned', data: { accountId } }];
  if (state.status !== 'open' || hasAddress(state, address)) return [];
  return [{ type: 'AddressClaimDropped', data: { accountId } }];
}
