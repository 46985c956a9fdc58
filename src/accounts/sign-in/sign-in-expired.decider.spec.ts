import {
  accountAdded,
  accountRemoved,
  passwordChanged,
  signInGranted,
  signInRanOut,
} from '../../../test/examples/account-facts.js';
import { given } from '../../../test/given.js';
import { account, type Account } from '../account.fold.js';
import { expireSignIn } from './sign-in-expired.decider.js';

const added = accountAdded({ passwordVersion: 0, signIn: 'google' });
const expire = (s: Account) => expireSignIn(s, 'info', 1);

describe('an expired sign-in', () => {
  it('is recorded', () => given(account, added, signInGranted()).when(expire).then(signInRanOut()));
  it('is recorded once', () => given(account, added, signInGranted(), signInRanOut()).when(expire).then());
  it.each([
    ['a new sign-in', signInGranted({ version: 2 })],
    ['a new password', passwordChanged()],
    ['the removal of the account', accountRemoved()],
  ])('is ignored after %s', (_, fact) => given(account, added, signInGranted(), fact).when(expire).then());
});
