import {
  accountAdded,
  accountRemoved,
  passwordChanged,
  signInGranted,
  signInRanOut,
} from '../../../test/examples/account-facts.js';
import { given } from '../../../test/given.js';
import { type AccountSignIn, accountSignIn, runOut } from './sign-in-expired.decider.js';

const added = accountAdded({ passwordVersion: 0, signIn: 'google' });
const out = (s: AccountSignIn) => runOut(s, 1);

describe('a sign-in that the provider takes no more', () => {
  it('is recorded', () => given(accountSignIn, added, signInGranted()).when(out).then(signInRanOut()));
  it('is recorded once', () => given(accountSignIn, added, signInGranted(), signInRanOut()).when(out).then());
  it.each([
    ['somebody signed in again', signInGranted({ version: 2 })],
    ['a password was given', passwordChanged()],
    ['the account was removed', accountRemoved()],
  ])('is nothing once %s', (_, fact) => given(accountSignIn, added, signInGranted(), fact).when(out).then());
});
