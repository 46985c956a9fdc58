import { Refused, type Decider } from '../../platform/domain.js';
import { needsSignIn } from '../../accounts/account.events.js';
import type { AccountInUse } from '../account-in-use.decider.js';
import type { FetchEvent } from '../mailbox.events.js';

/** Whether a fetch is running: the last fact of the stream tells. */
export type Fetches = { running: null } | { running: string };

export const fetches: Decider<Fetches, FetchEvent> = {
  initial: { running: null },
  evolve(_, fact) {
    switch (fact.type) {
      case 'FetchStarted':
      case 'FolderCompared':
        return { running: fact.data.fetchId };
      case 'FetchFinished':
      case 'FetchFailed':
        return { running: null };
      default:
        return fact satisfies never;
    }
  },
};

export type AccountToFetch = Extract<AccountInUse, { status: 'open' }>;

/** @throws Refused for an account whose mail is not fetched, or not any more */
export function mayFetch(account: AccountInUse): asserts account is AccountToFetch {
  if (account.status === 'absent') throw new Refused('account-not-found', 'not-found');
  if (account.status === 'removed')
    throw new Refused('account-removed', 'conflict', 'its mail is not fetched any more');
  if (account.settings.sendOnly)
    throw new Refused('send-only', 'conflict', 'this account only sends: its mail is not fetched');
  if (needsSignIn(account.signIn))
    throw new Refused('sign-in-needed', 'conflict', 'somebody has to sign in to the mailbox at its provider first');
}

/** One at a time: while one runs, nothing. */
export function startFetch(state: Fetches, account: AccountInUse, accountId: string, fetchId: string): FetchEvent[] {
  mayFetch(account);
  return state.running === null ? [{ type: 'FetchStarted', data: { accountId, fetchId } }] : [];
}

type Progress = Extract<FetchEvent, { type: 'FolderCompared' | 'FetchFinished' | 'FetchFailed' }>;

/** What a running fetch reports; nothing once it has ended, or another one runs. */
export const reportFetch = (state: Fetches, fact: Progress): FetchEvent[] =>
  state.running === fact.data.fetchId ? [fact] : [];
