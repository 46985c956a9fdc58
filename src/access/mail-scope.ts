import type { Caller } from '../platform/auth/caller.js';
import { Refused } from '../platform/domain.js';
import type { Access } from './access.js';

/** Accounts: all of them, or these ids. */
export type Scope = 'all' | readonly string[];

/**
 * Accounts with mail that the caller may read.
 * @throws Refused 403 for an auditor (never a message) and for a person without any account (no mail module)
 */
export function mailOf({ actor, accounts }: Caller): Scope {
  if (actor.role === 'administrator') return 'all';
  if (actor.role === 'auditor') throw new Refused('auditors-do-not-read-mail', 'forbidden');
  if (accounts.size === 0)
    throw new Refused(
      'mail-module-locked',
      'forbidden',
      'No mail account is assigned to you yet. Ask an administrator for access.',
    );
  return [...accounts];
}

/** @throws Refused 403 for a caller that reads no mail, and for a service that acts as itself */
export function notifiedPerson(caller: Caller): string {
  mailOf(caller);
  if (caller.userId !== null) return caller.userId;
  throw new Refused(
    'only-a-person-has-notifications',
    'forbidden',
    'Notifications belong to people. Name the person in X-On-Behalf-Of.',
  );
}

/** Accounts that the caller may see, all for administrators and auditors. @throws Refused 403 without mail module */
export function accountsSeenBy(caller: Caller): Scope {
  return caller.actor.role === 'auditor' ? 'all' : mailOf(caller);
}

/** For commands on accounts. @throws Refused 403 for a person without any account */
export function requireMailModule(caller: Caller): void {
  accountsSeenBy(caller);
}

export const within = (scope: Scope, accountId: string): boolean => scope === 'all' || scope.includes(accountId);

/**
 * Accounts of a list of mail: the requested account, or all accounts of the caller.
 * @throws Refused 403 for a caller without the right to read mail, 404 for an account that is missing or hidden from
 * the caller
 */
export async function mailScope(access: Access, caller: Caller, accountId?: string): Promise<Scope> {
  const readable = mailOf(caller);
  if (accountId === undefined) return readable;
  if (await access.isOpen(readable, accountId)) return [accountId];
  throw new Refused('account-not-found', 'not-found');
}

/** @throws Refused 404 for an account that is missing or hidden from the caller, 403 without the mail module */
export async function requireAccountSeen(access: Access, caller: Caller, accountId: string): Promise<void> {
  const seen = accountsSeenBy(caller);
  if (seen === 'all' ? await access.accountExists(accountId) : seen.includes(accountId)) return;
  throw new Refused('account-not-found', 'not-found');
}
