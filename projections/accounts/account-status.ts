import { type MailProvider, type SignIn, signInUrl } from '../../src/accounts/account.events.js';
import type { AccountAnswer } from './account-answer.js';

const PROVIDERS: Record<MailProvider, string> = { google: 'Google', microsoft: 'Microsoft' };

interface Standing {
  id: string;
  signIn: SignIn['with'];
  /** null: no sign-in needed */
  signInNeeded: 'at-first' | 'again' | null;
  removed: boolean;
  /** last answer of the mail servers */
  status: 'unverified' | 'connected' | 'failing';
  statusReason: string | null;
}

type Shown = Pick<AccountAnswer, 'signIn' | 'signInUrl' | 'status' | 'statusReason'>;

/** The shown state: a sign-in that is needed hides the last answer of the mail servers. */
export function shownStatus({ id, signIn, signInNeeded, removed, status, statusReason }: Standing): Shown {
  if (removed) return { signIn, signInUrl: null, status: 'removed', statusReason: null };
  if (signInNeeded === null || signIn === 'password') return { signIn, signInUrl: null, status, statusReason };
  const provider = PROVIDERS[signIn];
  const why =
    signInNeeded === 'again'
      ? `The sign-in with ${provider} has run out.`
      : `Nobody has signed in with ${provider} yet.`;
  return { signIn, signInUrl: signInUrl(signIn, id), status: 'sign-in-needed', statusReason: why };
}
