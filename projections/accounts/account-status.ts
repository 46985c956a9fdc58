import { type MailProvider, type SignIn, signInUrl } from '../../src/accounts/account.events.js';
import type { AccountAnswer } from './account-answer.js';
import { type ConnectionFailure, whyConnectingFailed } from './connection-failure.js';

const PROVIDERS: Record<MailProvider, string> = { google: 'Google', microsoft: 'Microsoft' };

interface Standing {
  id: string;
  signIn: SignIn['with'];
  /** null: no sign-in needed */
  signInNeeded: 'at-first' | 'again' | null;
  removed: boolean;
  /** last answer of the mail servers */
  status: 'unverified' | 'connected' | 'failing';
  /** null: it does not fail */
  failure: ConnectionFailure | null;
}

type Shown = Pick<AccountAnswer, 'signIn' | 'signInUrl' | 'status' | 'statusReason' | 'statusCause'>;

/** The shown state: a sign-in that is needed hides the last answer of the mail servers. */
export function shownStatus({ id, signIn, signInNeeded, removed, status, failure }: Standing): Shown {
  if (removed) return { signIn, signInUrl: null, status: 'removed', statusReason: null, statusCause: null };
  if (signInNeeded === null || signIn === 'password') {
    const statusReason = failure && whyConnectingFailed(failure);
    return { signIn, signInUrl: null, status, statusReason, statusCause: failure };
  }
  const provider = PROVIDERS[signIn];
  const ranOut = signInNeeded === 'again';
  return {
    signIn,
    signInUrl: signInUrl(signIn, id),
    status: 'sign-in-needed',
    statusReason: ranOut ? `The sign-in with ${provider} has run out.` : `Nobody has signed in with ${provider} yet.`,
    statusCause: { reason: ranOut ? 'sign-in-ran-out' : 'sign-in-missing', server: null, detail: '' },
  };
}
