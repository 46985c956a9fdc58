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
  it('adds and links who is not known', () => given(users, ada).when(signIn()).then(userAdded(), userLinked()));
  it('adds him too when the provider does not say whether it verified the address', () =>
    given(users, ada)
      .when(signIn(unverified(undefined)))
      .then(userAdded(), userLinked()));
  it('links the user with his verified address, who has no password', () =>
    given(users, ada, userAdded()).when(signIn()).then(userLinked()));
  it('a second time changes nothing, whatever his address', () =>
    given(users, ada, userAdded(), userLinked())
      .when(signIn({ email: null }))
      .then());
  it('brings the role that the provider says', () =>
    given(users, ada, userAdded(), userLinked())
      .when(signIn({ role: 'auditor' }))
      .then(userRoleChanged()));
  it('leaves the last administrator one', () =>
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
  it('is refused for the address of somebody who signs in otherwise', () => {
    given(users, ada, userAdded(), userPasswordChanged()).when(signIn()).refuses('address-taken');
    given(users, ada, userAdded(), userLinked({ key: 'other' }))
      .when(signIn())
      .refuses('address-taken');
  });
  it('is refused without address or role, and to the deactivated', () => {
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

describe('linking oneself to the provider', () => {
  const withPassword = [ada, userAdded(), userPasswordChanged()] as const;
  const link = (s: typeof users.initial) => linkToProvider(s, system, { ...ben, email: null }, 'ben');

  it('is done once, whatever the address there', () => {
    given(users, ...withPassword)
      .when(link)
      .then(userLinked());
    given(users, ...withPassword, userLinked())
      .when(link)
      .then();
  });
  it('takes the place of a link before', () =>
    given(users, ...withPassword, userLinked({ key: 'other' }))
      .when(link)
      .then(userLinked()));
  it('is refused when somebody else is linked', () =>
    given(users, ...withPassword, userLinked({ userId: 'ada' }))
      .when(link)
      .refuses('linked-to-somebody-else'));
});
