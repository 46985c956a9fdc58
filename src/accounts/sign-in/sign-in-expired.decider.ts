import { type AccountEvent, type SignIn, signInAfter } from '../account.events.js';
import type { Decider } from '../../platform/domain.js';

export interface AccountSignIn {
  accountId: string | null;
  signIn: SignIn;
}

/** Of an account only how it proves whose it is; `accountId` is null when it is not there, or not any more. */
export const accountSignIn: Decider<AccountSignIn, AccountEvent> = {
  initial: { accountId: null, signIn: { with: 'password', tokens: null, ranOut: false } },
  evolve(state, fact) {
    if (fact.type === 'AccountRemoved') return accountSignIn.initial;
    const accountId = fact.type === 'AccountAdded' ? fact.data.accountId : state.accountId;
    return { accountId, signIn: signInAfter(state.signIn, fact) };
  },
};

/** Nothing when somebody has signed in again meanwhile, or given a password. */
export function runOut({ accountId, signIn }: AccountSignIn, version: number): AccountEvent[] {
  if (accountId === null || signIn.with === 'password' || signIn.tokens !== version) return [];
  return [{ type: 'SignInRanOut', data: { accountId, provider: signIn.with } }];
}
