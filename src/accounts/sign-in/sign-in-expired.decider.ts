import type { AccountEvent } from '../account.events.js';
import type { Account } from '../account.fold.js';

/**
 * Records that the provider does not accept the tokens of this version any more. Nothing after a new sign-in, a new
 * password, or the removal of the account.
 */
export function expireSignIn(state: Account, accountId: string, version: number): AccountEvent[] {
  if (state.status !== 'open') return [];
  const { signIn } = state;
  if (signIn.with === 'password' || signIn.tokens !== version) return [];
  return [{ type: 'SignInRanOut', data: { accountId, provider: signIn.with } }];
}
