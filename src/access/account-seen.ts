import type { Access } from './access.js';
import { accountsSeenBy, type Caller } from '../platform/auth/caller.js';
import { Refused } from '../platform/domain.js';

/** @throws Refused 404 for an account that is not there or not the caller's to see, 403 without the mail module */
export async function requireAccountSeen(access: Access, caller: Caller, accountId: string): Promise<void> {
  const seen = accountsSeenBy(caller);
  if (seen === 'all' ? await access.accountExists(accountId) : seen.includes(accountId)) return;
  throw new Refused('account-not-found', 'not-found');
}
