import type { Actor, Decider } from '../platform/domain.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import type { AccountAddressEvent, AccountEvent, Settings } from './account.events.js';

export type Account =
  | { status: 'absent' }
  | { status: 'abandoned' }
  | { status: 'open'; owner: string | null; users: ReadonlySet<string>; settings: Settings; passwordVersion: number };

type OpenAccount = Extract<Account, { status: 'open' }>;

export const account: Decider<Account, AccountEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'AccountAdded') {
      const { owner, settings, passwordVersion } = fact.data;
      return { status: 'open', owner, users: new Set(), settings, passwordVersion };
    }
    if (fact.type === 'AccountAbandoned') return { status: 'abandoned' };
    if (state.status !== 'open') return state;
    switch (fact.type) {
      case 'PasswordChanged':
        return { ...state, passwordVersion: fact.data.version };
      case 'AccessGranted':
        return { ...state, users: new Set(state.users).add(fact.data.userId) };
      case 'AccessRevoked':
        return { ...state, users: new Set([...state.users].filter((id) => id !== fact.data.userId)) };
      default:
        return fact satisfies never;
    }
  },
};

const mayUse = (state: OpenAccount, by: Actor): boolean => isAdministrator(by) || state.owner === by.id || state.users.has(by.id);
const maySee = (state: OpenAccount, by: Actor): boolean => by.role === 'auditor' || mayUse(state, by);
const maySet = (state: OpenAccount, by: Actor): boolean => isAdministrator(by) || (state.owner === by.id && by.role === 'user');

/** The account, for whoever may see it. @throws Refused 404 for anybody else */
function seen(state: Account, by: Actor): OpenAccount {
  if (state.status !== 'open' || !maySee(state, by)) throw new Refused('account-not-found', 'not-found');
  return state;
}

export interface NewAccount {
  accountId: string;
  settings: Settings;
  passwordVersion: number;
  users: readonly string[];
}

/** @param hasMailModule whether the one who adds it may use some account already */
export function addAccount(state: Account, by: Actor, hasMailModule: boolean, { users, ...data }: NewAccount): AccountEvent[] {
  mayAddAccounts(by, hasMailModule, users);
  if (state.status === 'open') return [];
  if (state.status === 'abandoned') throw addressTaken();
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
  if (!hasMailModule) throw new Refused('mail-module-locked', 'forbidden', 'no account is assigned to you yet');
  if (users.length > 0) throw new Refused('only-an-administrator-grants-access', 'forbidden');
}

/** @throws Refused unless he may set this account up */
export function mayChangePassword(state: Account, by: Actor): OpenAccount {
  const open = seen(state, by);
  if (!maySet(open, by)) throw new Refused('only-its-owner-or-an-administrator-changes-the-password', 'forbidden');
  return open;
}

/** Every time a fact: the old one is not compared. What a newer version has overtaken is erased already, and never in force. */
export function changePassword(state: Account, by: Actor, accountId: string, version: number): AccountEvent[] {
  const { passwordVersion } = mayChangePassword(state, by);
  if (version <= passwordVersion)
    throw new Refused('changed-meanwhile', 'conflict', 'somebody else changed the password at the same moment');
  return [{ type: 'PasswordChanged', data: { accountId, version } }];
}

/** Whom access is given to: a person that there is, and who does not have it by his role. */
export interface Grantee {
  userId: string;
  known: boolean;
  administrator: boolean;
}

function mayChangeAccess(state: Account, by: Actor, to: Grantee): OpenAccount {
  const open = seen(state, by);
  if (!isAdministrator(by)) throw new Refused('only-an-administrator-grants-access', 'forbidden');
  if (!to.known) throw new Refused('user-not-found', 'not-found');
  if (to.administrator)
    throw new Refused('administrators-always-have-access', 'conflict', 'it can be neither granted nor revoked');
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

/** Who holds an address: at most one account. */
export interface AddressClaim {
  heldBy: string | null;
}

export const addressClaim: Decider<AddressClaim, AccountAddressEvent> = {
  initial: { heldBy: null },
  evolve: (_, fact) => ({ heldBy: fact.data.accountId }),
};

const addressTaken = (): Refused => new Refused('address-taken', 'conflict', 'this address is connected already');

/** An account whose adding stopped between claim and fact: from now on it cannot be added any more. */
export const abandonAccount = (state: Account, accountId: string): AccountEvent[] =>
  state.status === 'absent' ? [{ type: 'AccountAbandoned', data: { accountId } }] : [];

/** @param abandoned the holder, once it is certain that his account never came to be and never will */
export function claimAddress(state: AddressClaim, accountId: string, abandoned: string | null): AccountAddressEvent[] {
  if (state.heldBy === accountId) return [];
  if (state.heldBy !== null && state.heldBy !== abandoned) throw addressTaken();
  return [{ type: 'AccountAddressClaimed', data: { accountId } }];
}
