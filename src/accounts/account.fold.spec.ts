import {
  accountAdded,
  accountRemoved,
  accountRenamed,
  addressChanged,
  addressClaimDropped,
  incomingServerChanged,
  loginChanged,
  passwordChanged,
  settings,
  signInGranted,
  signInRanOut,
} from '../../test/examples/account-facts.js';
import type { AccountEvent } from './account.events.js';
import { account, isSameLogin, loginOf, type OpenAccount, secretInForce } from './account.fold.js';

const after = (...facts: AccountEvent[]) => facts.reduce((state, fact) => account.evolve(state, fact), account.initial);
const open = (...facts: AccountEvent[]) => after(accountAdded(), ...facts) as OpenAccount;
const byPassword = accountAdded({ passwordVersion: 1 });
const bySignIn = accountAdded({ passwordVersion: 0, signIn: 'google' });

describe('the secret in force', () => {
  it.each([
    ['the password of a new account', [byPassword], 'password', { password: 1, tokens: 0 }],
    ['none before the first sign-in', [bySignIn], null, { password: 0, tokens: 0 }],
    ['a newer password', [byPassword, passwordChanged({ version: 3 })], 'password', { password: 3, tokens: 0 }],
    ['tokens after a sign-in', [byPassword, signInGranted({ version: 2 })], 'tokens', { password: 1, tokens: 2 }],
    [
      'a password after a sign-in',
      [bySignIn, signInGranted({ version: 2 }), passwordChanged({ version: 3 })],
      'password',
      { password: 3, tokens: 2 },
    ],
    [
      'none after the tokens expired',
      [bySignIn, signInGranted({ version: 2 }), signInRanOut()],
      null,
      { password: 0, tokens: 2 },
    ],
  ] as const)('is %s', (_, facts, kind, newest) => {
    const state = after(...facts);
    expect(secretInForce(state)).toBe(kind);
    expect(state).toMatchObject({ newest });
  });

  it('is none for an account that is absent or removed', () => {
    expect(secretInForce(account.initial)).toBeNull();
    expect(secretInForce(after(byPassword, accountRemoved()))).toBeNull();
  });
});

describe('a login', () => {
  it('stays the same when another setting changes', () =>
    expect(isSameLogin(open(), open(accountRenamed()))).toBe(true));
  it.each([
    ['another server', incomingServerChanged()],
    ['another login name', loginChanged()],
    ['another password', passwordChanged()],
    ['a sign-in', signInGranted()],
  ])('is another one with %s', (_, fact) => expect(isSameLogin(open(), open(fact))).toBe(false));
  it('of an account that was added with a password is in force after a sign-in', () => {
    const signedIn = after(byPassword, signInGranted());
    expect(isSameLogin(loginOf(signedIn), loginOf(after(byPassword, signInGranted())))).toBe(true);
  });
  it('is none for an account that is absent or removed', () => {
    expect(loginOf(account.initial)).toBeNull();
    expect(loginOf(after(accountAdded(), accountRemoved()))).toBeNull();
    expect(isSameLogin(open(), null)).toBe(false);
  });
});

describe('an account', () => {
  const { incoming } = settings();

  it('has another mailbox with another login or another incoming host', () => {
    const port = incomingServerChanged({ from: incoming, to: { ...incoming, port: 143 } });
    const capitals = incomingServerChanged({ from: incoming, to: { ...incoming, host: incoming.host.toUpperCase() } });
    expect([open(), open(port), open(capitals), open(incomingServerChanged()), open(loginChanged())]).toMatchObject([
      { mailbox: 0 },
      { mailbox: 0 },
      { mailbox: 0 },
      { mailbox: 1 },
      { mailbox: 1 },
    ]);
  });

  it('counts changes of its address and voided claims', () =>
    expect([
      open(),
      open(addressClaimDropped()),
      open(addressClaimDropped(), addressChanged()),
      open(accountRenamed()),
    ]).toMatchObject([{ addressEpoch: 0 }, { addressEpoch: 1 }, { addressEpoch: 2 }, { addressEpoch: 0 }]));
});
