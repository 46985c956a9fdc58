import { accountsSeenBy, within } from '../../src/access/mail-scope.js';
import type { Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';

/** @throws Refused 404 for callers that do not see the account, 403 for callers that may only use the account */
export function requireHistoryReader(caller: Caller, accountId: string, owner: string | null): void {
  const seen = accountsSeenBy(caller);
  if (!within(seen, accountId)) throw new Refused('account-not-found', 'not-found');
  if (seen === 'all' || (caller.userId !== null && owner === caller.userId)) return;
  throw new Refused('only-its-owner-or-an-administrator-reads-the-history', 'forbidden');
}
