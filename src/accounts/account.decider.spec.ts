import {
  accessGranted,
  accessRevoked,
  accountAbandoned,
  accountAdded,
  accountRemoved,
  addressClaimDropped,
  passwordChanged,
  signInGranted,
  signInRanOut,
  settings,
} from '../../test/examples/account-facts.js';
import { given } from '../../test/given.js';
import type { Actor } from '../platform/domain.js';
import { account, type Account } from './account.fold.js';
import {
  addAccount,
  changePassword,
  grantAccess,
  grantSignIn,
  removeAccount,
  revokeAccess,
  voidClaim,
} from './account.decider.js';

const ada: Actor = { id: 'ada', role: 'administrator' };
const ben: Actor = { id: 'ben', role: 'user' };
const cleo: Actor = { id: 'cleo', role: 'user' };
const olga: Actor = { id: 'olga', role: 'auditor' };
const benGets = { userId: 'ben', known: true, administrator: false };
const toAdd = { accountId: 'info', settings: settings(), passwordVersion: 1, users: [] as string[] };
const ofBen = accountAdded({ owner: 'ben' });

describe('adding an account', () => {
  it('by an administrator gives an account without an owner, for the named users', () =>
    given(account)
      .when((s) => addAccount(s, ada, true, { ...toAdd, users: ['ben', 'ben'] }))
      .then(accountAdded(), accessGranted()));
  it('by a user with the mail module gives an account of that user', () =>
    given(account)
      .when((s) => addAccount(s, ben, true, toAdd))
      .then(ofBen));
  it('a second time changes nothing', () =>
    given(account, accountAdded())
      .when((s) => addAccount(s, ada, true, toAdd))
      .then());
  it('is refused for a user without any account', () =>
    given(account)
      .when((s) => addAccount(s, ben, false, toAdd))
      .refuses('mail-module-locked', 'forbidden'));
  it('with named users is refused for a user', () =>
    given(account)
      .when((s) => addAccount(s, ben, true, { ...toAdd, users: ['cleo'] }))
      .refuses('only-an-administrator-grants-access', 'forbidden'));
  it('is refused for an auditor', () =>
    given(account)
      .when((s) => addAccount(s, olga, false, toAdd))
      .refuses('auditors-add-no-accounts', 'forbidden'));
  it('is refused after another account took its address', () =>
    given(account, accountAbandoned())
      .when((s) => addAccount(s, ada, true, toAdd))
      .refuses('address-taken', 'conflict'));
});

describe('an earlier claim on an address', () => {
  it('of an account that has the address stays valid', () =>
    given(account, accountAdded())
      .when((s) => voidClaim(s, 'info', 'INFO@acme.example'))
      .then());
  it('of an account that was never added becomes void: the account is abandoned, once', () => {
    given(account)
      .when((s) => voidClaim(s, 'info', 'info@acme.example'))
      .then(accountAbandoned());
    given(account, accountAbandoned())
      .when((s) => voidClaim(s, 'info', 'info@acme.example'))
      .then();
  });
  it('of an account with another address becomes void', () =>
    given(account, accountAdded())
      .when((s) => voidClaim(s, 'info', 'other@acme.example'))
      .then(addressClaimDropped()));
  it('of a removed account needs no fact: a removed account takes no address', () =>
    given(account, accountAdded(), accountRemoved())
      .when((s) => voidClaim(s, 'info', 'info@acme.example'))
      .then());
});

describe('the password', () => {
  const change =
    (by: Actor, version = 2) =>
    (s: typeof account.initial) =>
      changePassword(s, by, 'info', version);

  it('is recorded each time, because it is not compared with the old one', () =>
    given(account, accountAdded(), passwordChanged())
      .when(change(ada, 3))
      .then(passwordChanged({ version: 3 })));
  it('with an older version than the one in force is refused', () =>
    given(account, accountAdded(), passwordChanged({ version: 3 }))
      .when(change(ada))
      .refuses('changed-meanwhile', 'conflict'));
  it('is changed by the owner of the account', () => given(account, ofBen).when(change(ben)).then(passwordChanged()));
  it('is not changed by a user with access only', () =>
    given(account, accountAdded(), accessGranted())
      .when(change(ben))
      .refuses('only-its-owner-or-an-administrator-changes-the-password', 'forbidden'));
  it('is not changed by an auditor', () =>
    given(account, accountAdded())
      .when(change(olga))
      .refuses('only-its-owner-or-an-administrator-changes-the-password', 'forbidden'));
  it('of an account of another user is not found', () =>
    given(account, ofBen).when(change(cleo)).refuses('account-not-found', 'not-found'));
  it('of an unknown account is not found', () =>
    given(account).when(change(ada)).refuses('account-not-found', 'not-found'));
});

describe('signing in at the page of a provider', () => {
  const unsigned = accountAdded({ passwordVersion: 0, signIn: 'google', owner: 'ben' });
  const grant =
    (by: Actor, version = 1) =>
    (s: Account) =>
      grantSignIn(s, by, 'info', 'google', version);

  it('comes first for an account without a password', () =>
    given(account)
      .when((s) => addAccount(s, ben, true, { ...toAdd, passwordVersion: 0, signIn: 'google' }))
      .then(unsigned));
  it('is recorded', () => given(account, unsigned).when(grant(ben)).then(signInGranted()));
  it('is recorded each time', () =>
    given(account, unsigned, signInGranted())
      .when(grant(ben, 2))
      .then(signInGranted({ version: 2 })));
  it('is open to every user with access', () =>
    given(account, unsigned, accessGranted({ userId: 'cleo' }))
      .when(grant(cleo))
      .then(signInGranted()));
  it('is refused for other users, for auditors, and for a removed account', () => {
    given(account, unsigned).when(grant(cleo)).refuses('account-not-found', 'not-found');
    given(account, unsigned).when(grant(olga)).refuses('auditors-do-not-read-mail', 'forbidden');
    given(account, unsigned, accountRemoved()).when(grant(ben)).refuses('account-not-found', 'not-found');
  });
  it('is refused for an auditor, even as the owner or with access granted earlier', () => {
    const auditing: Actor = { id: 'ben', role: 'auditor' };
    given(account, unsigned).when(grant(auditing)).refuses('auditors-do-not-read-mail', 'forbidden');
    given(account, accountAdded({ passwordVersion: 0, signIn: 'google' }), accessGranted())
      .when(grant(auditing))
      .refuses('auditors-do-not-read-mail', 'forbidden');
  });
  it('instead of a password, or with another provider, is for owners and administrators', () => {
    const shared = [ofBen, accessGranted({ userId: 'cleo' })];
    const refusal = 'only-its-owner-or-an-administrator-changes-the-password';
    given(account, ...shared)
      .when(grant(cleo))
      .refuses(refusal, 'forbidden');
    given(account, ...shared, signInGranted({ provider: 'microsoft' }))
      .when(grant(cleo))
      .refuses(refusal, 'forbidden');
    given(account, ...shared)
      .when(grant(ben))
      .then(signInGranted({ from: 'password' }));
  });
  it('with an older version than the one in force is refused', () =>
    given(account, unsigned, signInGranted({ version: 3 }))
      .when(grant(ben, 2))
      .refuses('changed-meanwhile', 'conflict'));
  it('restarts its versions after the tokens expired', () =>
    given(account, unsigned, signInGranted({ version: 3 }), signInRanOut())
      .when(grant(ben, 1))
      .then(signInGranted()));
  it('is replaced by a password, and restarts the versions of passwords', () =>
    given(account, passwordChanged({ version: 7 }), ofBen, signInGranted())
      .when((s) => changePassword(s, ben, 'info', 1))
      .then(passwordChanged({ version: 1, insteadOf: 'google' })));
});

describe('access', () => {
  it('is granted by an administrator', () =>
    given(account, accountAdded())
      .when((s) => grantAccess(s, ada, 'info', benGets))
      .then(accessGranted()));
  it('granted a second time changes nothing', () =>
    given(account, accountAdded(), accessGranted())
      .when((s) => grantAccess(s, ada, 'info', benGets))
      .then());
  it('is granted again after it was revoked', () =>
    given(account, accountAdded(), accessGranted(), accessRevoked())
      .when((s) => grantAccess(s, ada, 'info', benGets))
      .then(accessGranted()));
  it('is not granted by the owner', () =>
    given(account, accountAdded({ owner: 'cleo' }))
      .when((s) => grantAccess(s, cleo, 'info', benGets))
      .refuses('only-an-administrator-grants-access', 'forbidden'));
  it('is not granted by a user with access', () =>
    given(account, accountAdded(), accessGranted({ userId: 'cleo' }))
      .when((s) => grantAccess(s, cleo, 'info', benGets))
      .refuses('only-an-administrator-grants-access', 'forbidden'));
  it('is not granted to an unknown user', () =>
    given(account, accountAdded())
      .when((s) => grantAccess(s, ada, 'info', { userId: 'x', known: false, administrator: false }))
      .refuses('user-not-found', 'not-found'));
  it('of administrators cannot be granted or revoked', () => {
    const to = { userId: 'eve', known: true, administrator: true };
    given(account, accountAdded())
      .when((s) => grantAccess(s, ada, 'info', to))
      .refuses('administrators-always-have-access', 'conflict');
    given(account, accountAdded())
      .when((s) => revokeAccess(s, ada, 'info', to))
      .refuses('administrators-always-have-access', 'conflict');
  });
  it('is revoked by an administrator, once', () => {
    given(account, accountAdded(), accessGranted())
      .when((s) => revokeAccess(s, ada, 'info', benGets))
      .then(accessRevoked());
    given(account, accountAdded())
      .when((s) => revokeAccess(s, ada, 'info', benGets))
      .then();
  });
  it('of the owner is not revoked', () =>
    given(account, ofBen)
      .when((s) => revokeAccess(s, ada, 'info', benGets))
      .refuses('the-owner-keeps-his-account', 'conflict'));
  it('is not revoked by a user', () =>
    given(account, accountAdded(), accessGranted(), accessGranted({ userId: 'cleo' }))
      .when((s) => revokeAccess(s, cleo, 'info', benGets))
      .refuses('only-an-administrator-grants-access', 'forbidden'));
});

describe('removing an account', () => {
  const remove = (by: Actor) => (s: Account) => removeAccount(s, by, 'info');
  it('is done by an administrator', () => given(account, accountAdded()).when(remove(ada)).then(accountRemoved()));
  it('is done by its owner', () => given(account, ofBen).when(remove(ben)).then(accountRemoved()));
  it('a second time changes nothing, also for the owner', () => {
    given(account, ofBen, accountRemoved()).when(remove(ada)).then();
    given(account, ofBen, accountRemoved()).when(remove(ben)).then();
  });
  it('is not done by a user with access only', () =>
    given(account, accountAdded(), accessGranted())
      .when(remove(ben))
      .refuses('only-its-owner-or-an-administrator-removes-an-account', 'forbidden'));
  it('is not done by an auditor', () =>
    given(account, accountAdded())
      .when(remove(olga))
      .refuses('only-its-owner-or-an-administrator-removes-an-account', 'forbidden'));
  it('is answered as not found for other users, whether the account exists or not', () => {
    given(account, ofBen).when(remove(cleo)).refuses('account-not-found', 'not-found');
    given(account, ofBen, accountRemoved()).when(remove(cleo)).refuses('account-not-found', 'not-found');
    given(account).when(remove(ada)).refuses('account-not-found', 'not-found');
  });
});

describe('a removed account', () => {
  const removed = given(account, ofBen, accountRemoved());
  it('refuses every command', () => {
    removed.when((s) => changePassword(s, ada, 'info', 2)).refuses('account-removed', 'conflict');
    removed.when((s) => grantAccess(s, ada, 'info', benGets)).refuses('account-removed', 'conflict');
    removed.when((s) => addAccount(s, ada, true, toAdd)).refuses('account-removed', 'conflict');
  });
  it('is not found for its former owner', () =>
    removed.when((s) => changePassword(s, ben, 'info', 2)).refuses('account-not-found', 'not-found'));
});
