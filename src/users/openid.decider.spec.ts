import {
  userAdded,
  userDeactivated,
  userLinked,
  userPasswordChanged,
  userRoleChanged,
} from '../../test/examples/people-facts.js';
import { given } from '../../test/given.js';
import type { Actor } from '../platform/domain.js';
import { linkToProvider, type ProviderPerson, signInByProvider } from './openid.decider.js';
import { users } from './user.fold.js';

const system: Actor = { id: 'system', role: 'system' };
const ada = userAdded({ userId: 'ada', emailKey: 'key-of-ada', role: 'administrator', name: 'Ada' });
const ben: ProviderPerson = {
  key: 'openid-key-of-ben',
  name: 'Ben Okri',
  email: { address: 'ben@acme.example', key: 'key-of-ben', verified: true },
  role: 'user',
};
const unverified = (verified: boolean | undefined): ProviderPerson => ({ ...ben, email: { ...ben.email!, verified } });
const signIn =
  (person: Partial<ProviderPerson> = {}) =>
  (s: typeof users.initial) =>
    signInByProvider(s, system, { ...ben, ...person }, 'ben');

describe('signing in at the provider', () => {
  it('adds and links an unknown person', () => given(users, ada).when(signIn()).then(userAdded(), userLinked()));
  it('adds an unknown person also when the provider does not tell about the verification of the address', () =>
    given(users, ada)
      .when(signIn(unverified(undefined)))
      .then(userAdded(), userLinked()));
  it('links the user with the same verified address and without a password', () =>
    given(users, ada, userAdded()).when(signIn()).then(userLinked()));
  it('a second time changes nothing, also with another address', () =>
    given(users, ada, userAdded(), userLinked())
      .when(signIn({ email: null }))
      .then());
  it('takes the role from the provider', () =>
    given(users, ada, userAdded(), userLinked())
      .when(signIn({ role: 'auditor' }))
      .then(userRoleChanged()));
  it('keeps the role of the last administrator', () =>
    given(users, userAdded({ role: 'administrator' }), userLinked())
      .when(signIn())
      .then());

  it('is refused for an address that is not verified', () => {
    given(users, ada)
      .when(signIn(unverified(false)))
      .refuses('address-not-verified');
    for (const verified of [false, undefined])
      given(users, ada, userAdded())
        .when(signIn(unverified(verified)))
        .refuses('address-not-verified');
  });
  it('is refused for the address of a user with a password or another link', () => {
    given(users, ada, userAdded(), userPasswordChanged()).when(signIn()).refuses('address-taken');
    given(users, ada, userAdded(), userLinked({ key: 'other' }))
      .when(signIn())
      .refuses('address-taken');
  });
  it('is refused without address, without role, and for a deactivated user', () => {
    given(users, ada)
      .when(signIn({ email: null }))
      .refuses('address-missing');
    given(users, ada)
      .when(signIn({ role: null }))
      .refuses('no-role');
    given(users, ada, userAdded(), userLinked())
      .when(signIn({ role: null }))
      .refuses('no-role');
    given(users, ada, userAdded(), userLinked(), userDeactivated()).when(signIn()).refuses('user-deactivated');
    given(users, ada, userAdded(), userDeactivated()).when(signIn()).refuses('user-deactivated');
  });
});

describe('linking a signed-in user to the provider', () => {
  const withPassword = [ada, userAdded(), userPasswordChanged()] as const;
  const link = (s: typeof users.initial) => linkToProvider(s, system, { ...ben, email: null }, 'ben');

  it('is recorded once, with any address at the provider', () => {
    given(users, ...withPassword)
      .when(link)
      .then(userLinked());
    given(users, ...withPassword, userLinked())
      .when(link)
      .then();
  });
  it('replaces an earlier link', () =>
    given(users, ...withPassword, userLinked({ key: 'other' }))
      .when(link)
      .then(userLinked()));
  it('is refused when another user is linked', () =>
    given(users, ...withPassword, userLinked({ userId: 'ada' }))
      .when(link)
      .refuses('linked-to-somebody-else'));
});
