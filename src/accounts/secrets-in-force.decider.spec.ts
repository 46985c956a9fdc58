import {
  accountAdded,
  accountRemoved,
  passwordChanged,
  signInGranted,
  signInRanOut,
} from '../../test/examples/account-facts.js';
import type { AccountEvent } from './account.events.js';
import { secretsInForce } from './secrets-in-force.decider.js';

const after = (...facts: AccountEvent[]) =>
  facts.reduce((state, fact) => secretsInForce.evolve(state, fact), secretsInForce.initial);
const byPassword = accountAdded({ passwordVersion: 1 });

it.each([
  ['its password at first', [byPassword], { password: 1, tokens: 0, inForce: 'password' }],
  ['nothing until somebody has signed in', [accountAdded({ passwordVersion: 0, signIn: 'google' })], { inForce: null }],
  ['a newer password', [byPassword, passwordChanged({ version: 3 })], { password: 3, inForce: 'password' }],
  ['tokens', [byPassword, signInGranted({ version: 2 })], { password: 1, tokens: 2, inForce: 'tokens' }],
  [
    'a password instead',
    [signInGranted({ version: 2 }), passwordChanged({ version: 3 })],
    { tokens: 2, inForce: 'password' },
  ],
  ['nothing once they ran out', [signInGranted({ version: 2 }), signInRanOut()], { tokens: 2, inForce: null }],
  ['nothing once it was removed', [byPassword, accountRemoved()], { inForce: null }],
  ['nothing before it was added', [], { inForce: null }],
])('an account logs in with %s', (_, facts, expected) => expect(after(...facts)).toMatchObject(expected));
