import type { Actor, Decider } from '../platform/domain.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import {
  type AccountAddressEvent,
  type AccountEvent,
  changesSetting,
  type Configuration,
  configured,
  type MailProvider,
  type Settings,
  type SignIn,
  signInAfter,
  signInAtFirst,
  withChange,
} from './account.events.js';

export type Account =
  | { status: 'absent' }
  | { status: 'abandoned' }
  | { status: 'removed'; owner: string | null }
  | {
      status: 'open';
      owner: string | null;
      users: ReadonlySet<string>;
      settings: Configuration;
      passwordVersion: number;
      signIn: SignIn;
      /** moves with every change of its address, and when a claim was taken from it: a claim made before may be gone */
      addressEpoch: number;
    };

export type OpenAccount = Extract<Account, { status: 'open' }>;

export const account: Decider<Account, AccountEvent> = {
  initial: { status: 'absent' },
  remembered: true,
  evolve(state, fact) {
    if (fact.type === 'AccountAdded') {
      const { owner, settings, passwordVersion } = fact.data;
      const signIn = signInAtFirst(fact);
      return {
        status: 'open',
        owner,
        users: new Set(),
        settings: configured(settings),
        passwordVersion,
        signIn,
        addressEpoch: 0,
      };
    }
    if (fact.type === 'AccountAbandoned') return { status: 'abandoned' };
    if (state.status !== 'open') return state;
    if (changesSetting(fact)) {
      const addressEpoch = state.addressEpoch + (fact.type === 'AddressChanged' ? 1 : 0);
      return { ...state, settings: withChange(state.settings, fact), addressEpoch };
    }
    switch (fact.type) {
      case 'PasswordChanged':
        return { ...state, passwordVersion: fact.data.version, signIn: signInAfter(state.signIn, fact) };
      case 'SignInGranted':
        return { ...state, passwordVersion: 0, signIn: signInAfter(state.signIn, fact) };
      case 'SignInRanOut':
        return { ...state, signIn: signInAfter(state.signIn, fact) };
      case 'AccessGranted':
        return { ...state, users: new Set(state.users).add(fact.data.userId) };
      case 'AccountRemoved':
        return { status: 'removed', owner: state.owner };
      case 'AccessRevoked':
        return { ...state, users: new Set([...state.users].filter((id) => id !== fact.data.userId)) };
      case 'AddressClaimDropped':
        return { ...state, addressEpoch: state.addressEpoch + 1 };
      default:
        return fact satisfies never;
    }
  },
};

/** An auditor uses no account, whatever he owned or was granted before he was one. */
const mayUse = (state: OpenAccount, by: Actor): boolean =>
  isAdministrator(by) || (by.role === 'user' && (state.owner === by.id || state.users.has(by.id)));
const maySee = (state: OpenAccount, by: Actor): boolean => by.role === 'auditor' || mayUse(state, by);
export const maySet = (state: OpenAccount, by: Actor): boolean =>
  isAdministrator(by) || (state.owner === by.id && by.role === 'user');

/** Of a removed account only those know who keep the records; a former owner or user does not find it any more. */
const seesRemoved = (by: Actor): boolean => isAdministrator(by) || by.role === 'auditor';
const accountRemoved = (): Refused =>
  new Refused('account-removed', 'conflict', 'nothing about it can be changed any more');

/** The account, for whoever may see it. @throws Refused 404 for anybody else */
export function seen(state: Account, by: Actor): OpenAccount {
  if (state.status === 'removed' && seesRemoved(by)) throw accountRemoved();
  if (state.status !== 'open' || !maySee(state, by)) throw new Refused('account-not-found', 'not-found');
  return state;
}

export interface NewAccount {
  accountId: string;
  settings: Settings;
  /** 0: it has none */
  passwordVersion: number;
  signIn?: MailProvider;
  users: readonly string[];
}

/** @param hasMailModule whether the one who adds it may use some account already */
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
  const { passwordVersion, signIn } = mayChangePassword(state, by);
  if (version <= passwordVersion)
    throw new Refused('changed-meanwhile', 'conflict', 'somebody else changed the password at the same moment');
  const instead = signIn.with === 'password' ? {} : { insteadOf: signIn.with };
  return [{ type: 'PasswordChanged', data: { accountId, version, ...instead } }];
}

/**
 * Whoever may use the account may sign in to its mailbox; to do so instead of with a password is a matter of who sets it up.
 * @throws Refused
 */
export function maySignIn(state: Account, by: Actor, provider: MailProvider): OpenAccount {
  const open = seen(state, by);
  if (!mayUse(open, by)) throw new Refused('auditors-do-not-read-mail', 'forbidden');
  if (open.signIn.with !== provider && !maySet(open, by))
    throw new Refused('only-its-owner-or-an-administrator-changes-the-password', 'forbidden');
  return open;
}

/** @param version of the tokens; what a newer one has overtaken is erased already, and never in force */
export function grantSignIn(
  state: Account,
  by: Actor,
  accountId: string,
  provider: MailProvider,
  version: number,
): AccountEvent[] {
  const { signIn } = maySignIn(state, by, provider);
  if (signIn.tokens !== null && version <= signIn.tokens)
    throw new Refused('changed-meanwhile', 'conflict', 'somebody else signed in at the same moment');
  return [{ type: 'SignInGranted', data: { accountId, from: signIn.with, provider, version } }];
}

/** Asked again, it is removed already: also for the owner, who does not see it any more. */
export function removeAccount(state: Account, by: Actor, accountId: string): AccountEvent[] {
  if (state.status === 'removed' && (isAdministrator(by) || (state.owner === by.id && by.role === 'user'))) return [];
  const open = seen(state, by);
  if (!maySet(open, by)) throw new Refused('only-its-owner-or-an-administrator-removes-an-account', 'forbidden');
  return [{ type: 'AccountRemoved', data: { accountId } }];
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
  evolve(_, fact) {
    switch (fact.type) {
      case 'AccountAddressClaimed':
        return { heldBy: fact.data.accountId };
      case 'AccountAddressReleased':
        return { heldBy: null };
      default:
        return fact satisfies never;
    }
  },
};

const addressTaken = (): Refused => new Refused('address-taken', 'conflict', 'this address is connected already');

/**
 * Said in the stream of an account that holds an address, so that it can take no step by that claim any more: one whose adding
 * stopped between claim and fact, or one that has another address. Nothing for an account that has this address.
 */
export function dropClaim(state: Account, accountId: string, address: string): AccountEvent[] {
  if (state.status === 'absent') return [{ type: 'AccountAbandoned', data: { accountId } }];
  if (state.status === 'open' && !sameAddress(state.settings.address, address))
    return [{ type: 'AddressClaimDropped', data: { accountId } }];
  return [];
}

/** Whether an account, as it stands, has a right to an address that it holds. */
export const hasAddress = (state: Account, address: string): boolean =>
  state.status === 'open' && sameAddress(state.settings.address, address);

const sameAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** @param dropped the holder, once it is certain that it does not have the address and never will by this claim */
export function claimAddress(
  state: AddressClaim,
  accountId: string,
  dropped: string | null,
  anew = false,
): AccountAddressEvent[] {
  if (state.heldBy === accountId && !anew) return [];
  if (state.heldBy !== null && state.heldBy !== accountId && state.heldBy !== dropped) throw addressTaken();
  return [{ type: 'AccountAddressClaimed', data: { accountId } }];
}

export const releaseAddress = (state: AddressClaim, accountId: string): AccountAddressEvent[] =>
  state.heldBy === accountId ? [{ type: 'AccountAddressReleased', data: { accountId } }] : [];
