import { needsSignIn } from '../../accounts/account.events.js';
import type { Account, OpenAccount } from '../../accounts/account.fold.js';
import { Refused } from '../../platform/domain.js';
import type { Fetches } from '../fetch.fold.js';
import type { FetchEvent } from '../mailbox.events.js';

/** @throws Refused 404, 409 for an account without fetching: removed, sending only, or without a sign-in */
export function mayFetch(account: Account): asserts account is OpenAccount {
  if (account.status === 'removed')
    throw new Refused('account-removed', 'conflict', 'This account was removed, so its mail is not fetched any more.');
  if (account.status !== 'open') throw new Refused('account-not-found', 'not-found');
  if (account.settings.sendOnly)
    throw new Refused(
      'send-only',
      'conflict',
      'This account only sends mail. To fetch its mail, switch off "send only" in its settings.',
    );
  if (needsSignIn(account.signIn))
    throw new Refused(
      'sign-in-needed',
      'conflict',
      'Nobody is signed in to this mailbox at its provider. Sign in to it first.',
    );
}

/** Nothing while another fetch of the account runs. @throws Refused 404, 409 */
export function startFetch(state: Fetches, account: Account, accountId: string, fetchId: string): FetchEvent[] {
  mayFetch(account);
  return state.running === null ? [{ type: 'FetchStarted', data: { accountId, fetchId } }] : [];
}

export type FetchProgress = Extract<
  FetchEvent,
  { type: 'FolderCompared' | 'FolderFailed' | 'FetchFinished' | 'FetchFailed' }
>;

/** Progress of a running fetch; nothing once the fetch has ended. */
export const reportFetch = (state: Fetches, progress: FetchProgress): FetchEvent[] =>
  state.running === progress.data.fetchId ? [progress] : [];
