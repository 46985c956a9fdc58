import { type MailProvider, type SignIn, signInUrl } from '../../src/accounts/account.events.js';
import type { AccountAnswer } from './account-answer.js';

const PROVIDERS: Record<MailProvider, string> = { google: 'Google', microsoft: 'Microsoft' };

export interface Standing {
  id: string;
  signIn: SignIn['with'];
  /** null: nobody has to sign in */
  signInNeeded: 'at-first' | 'again' | null;
  removed: boolean;
  /** what the servers said last */
  status: 'unverified' | 'connected' | 'failing';
  statusReason: string | null;
}

type Shown = Pick<AccountAnswer, 'signIn' | 'signInUrl' | 'status' | 'statusReason'>;

/** What is said of an account in one word: as long as somebody has to sign in, it does not matter what its servers said last. */
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
