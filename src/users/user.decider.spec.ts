import { describe, it } from '@jest/globals';
import {
  userAdded,
  userDeactivated,
  userPasswordChanged,
  userReactivated,
  userRenamed,
  userRoleChanged,
} from '../../test/examples/people-facts.js';
import { given } from '../../test/given.js';
import type { Actor } from '../platform/domain.js';
import { addFirstAdministrator, addUser, changeUser, users } from './user.decider.js';

const ada: Actor = { id: 'ada', role: 'administrator' };
const cleo: Actor = { id: 'cleo', role: 'user' };
const system: Actor = { id: 'system', role: 'system' };
const adaAdded = userAdded({ userId: 'ada', emailKey: 'key-of-ada', role: 'administrator', name: 'Ada' });
const ben = {
  userId: 'ben',
  emailKey: 'key-of-ben',
  role: 'user',
  name: 'Ben Okri',
  email: 'ben@acme.example',
  passwordVersion: 1,
} as const;

describe('adding a user', () => {
  it('records him and that he has a password', () =>
    given(users, adaAdded)
      .when((s) => addUser(s, ada, ben))
      .then(userAdded(), userPasswordChanged()));
  it('without a password records only him', () =>
    given(users, adaAdded)
      .when((s) => addUser(s, ada, { ...ben, passwordVersion: null }))
      .then(userAdded()));
  it('asked twice adds him once', () =>
    given(users, adaAdded, userAdded())
      .when((s) => addUser(s, ada, ben))
      .then());
  it('two people do not share an address', () =>
    given(users, adaAdded, userAdded())
      .when((s) => addUser(s, ada, { ...ben, userId: 'ben-2' }))
      .refuses('email-taken', 'conflict'));
  it('is for administrators', () =>
    given(users, adaAdded)
      .when((s) => addUser(s, cleo, ben))
      .refuses('only-an-administrator-manages-users', 'forbidden'));
  it('the first administrator is made only where there is nobody', () => {
    const first = { ...ben, role: 'administrator', passwordVersion: null } as const;
    given(users)
      .when((s) => addFirstAdministrator(s, system, first))
      .then(userAdded({ role: 'administrator' }));
    given(users, adaAdded)
      .when((s) => addFirstAdministrator(s, system, first))
      .then();
  });
});

describe('changing a user', () => {
  it('records one fact for each change', () =>
    given(users, adaAdded, userAdded())
      .when((s) => changeUser(s, ada, 'ben', { name: 'Benjamin Okri', role: 'auditor', active: false }))
      .then(userRenamed(), userRoleChanged(), userDeactivated()));
  it('to what is so already changes nothing', () =>
    given(users, adaAdded, userAdded())
      .when((s) => changeUser(s, ada, 'ben', { name: 'Ben Okri', role: 'user', active: true }))
      .then());
  it('brings a deactivated one back', () =>
    given(users, adaAdded, userAdded(), userDeactivated())
      .when((s) => changeUser(s, ada, 'ben', { active: true }))
      .then(userReactivated()));
  it('who is not there is refused', () =>
    given(users, adaAdded)
      .when((s) => changeUser(s, ada, 'ben', { active: false }))
      .refuses('user-not-found', 'not-found'));
  it('is for administrators', () =>
    given(users, adaAdded, userAdded())
      .when((s) => changeUser(s, cleo, 'ben', { active: false }))
      .refuses('only-an-administrator-manages-users', 'forbidden'));
  it('leaves one active administrator', () => {
    given(users, adaAdded)
      .when((s) => changeUser(s, ada, 'ada', { role: 'user' }))
      .refuses('last-administrator', 'conflict');
    given(users, adaAdded, userAdded({ role: 'administrator' }), userDeactivated())
      .when((s) => changeUser(s, ada, 'ada', { active: false }))
      .refuses('last-administrator', 'conflict');
  });
  it('lets an administrator go while another is active', () =>
    given(users, adaAdded, userAdded({ role: 'administrator' }))
      .when((s) => changeUser(s, ada, 'ben', { active: false }))
      .then(userDeactivated()));
});
