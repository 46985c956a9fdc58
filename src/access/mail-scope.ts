import type { Access } from './access.js';
import { type Caller, mailOf } from '../platform/auth/caller.js';
import { Refused } from '../platform/domain.js';

/**
 * Accounts whose mail a list is of: the one asked for, or all of the caller's.
 * @throws Refused 403 for who reads no mail, 404 for an account that is not there or not his
 */
export async function mailScope(access: Access, caller: Caller, accountId?: string): Promise<'all' | readonly string[]> {
  const readable = mailOf(caller);
  if (accountId === undefined) return readable;
  if (await access.isOpen(readable, accountId)) return [accountId];
  throw new Refused('account-not-found', 'not-found');
}
