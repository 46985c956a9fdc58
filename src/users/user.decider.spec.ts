import {
  userAdded,
  userDeactivated,
  userPasswordChanged,
  userReactivated,
  userRenamed,
  userRoleChanged,
} from '../../test/examples/people-facts.js';
import fc from 'fast-check';
import { given } from '../../test/given.js';
import { type Actor, Refused } from '../platform/domain.js';
import { addFirstAdministrator, addUser, changeUser, changeUserPassword, type UserChange } from './user.decider.js';
import { users } from './user.fold.js';
import type { UserEvent } from './user.events.js';

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
  it('records the user and the password', () =>
    given(users, adaAdded)
      .when((s) => addUser(s, ada, ben))
      .then(userAdded(), userPasswordChanged()));
  it('without a password records the user only', () =>
    given(users, adaAdded)
      .when((s) => addUser(s, ada, { ...ben, passwordVersion: null }))
      .then(userAdded()));
  it('a second time changes nothing', () =>
    given(users, adaAdded, userAdded())
      .when((s) => addUser(s, ada, ben))
      .then());
  it('with the address of another user is refused', () =>
    given(users, adaAdded, userAdded())
      .when((s) => addUser(s, ada, { ...ben, userId: 'ben-2' }))
      .refuses('email-taken', 'conflict'));
  it('is for administrators', () =>
    given(users, adaAdded)
      .when((s) => addUser(s, cleo, ben))
      .refuses('only-an-administrator-manages-users', 'forbidden'));
  it('as the first administrator happens only without any other user', () => {
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
  it('records one fact for each changed field', () =>
    given(users, adaAdded, userAdded())
      .when((s) => changeUser(s, ada, 'ben', { name: 'Benjamin Okri', role: 'auditor', active: false }))
      .then(userRenamed(), userRoleChanged(), userDeactivated()));
  it('to the same values changes nothing', () =>
    given(users, adaAdded, userAdded())
      .when((s) => changeUser(s, ada, 'ben', { name: 'Ben Okri', role: 'user', active: true }))
      .then());
  it('reactivates a deactivated user', () =>
    given(users, adaAdded, userAdded(), userDeactivated())
      .when((s) => changeUser(s, ada, 'ben', { active: true }))
      .then(userReactivated()));
  it('is refused for an unknown user', () =>
    given(users, adaAdded)
      .when((s) => changeUser(s, ada, 'ben', { active: false }))
      .refuses('user-not-found', 'not-found'));
  it('is for administrators', () =>
    given(users, adaAdded, userAdded())
      .when((s) => changeUser(s, cleo, 'ben', { active: false }))
      .refuses('only-an-administrator-manages-users', 'forbidden'));
  it('is refused for the last active administrator', () => {
    given(users, adaAdded)
      .when((s) => changeUser(s, ada, 'ada', { role: 'user' }))
      .refuses('last-administrator', 'conflict');
    given(users, adaAdded, userAdded({ role: 'administrator' }), userDeactivated())
      .when((s) => changeUser(s, ada, 'ada', { active: false }))
      .refuses('last-administrator', 'conflict');
  });
  it('deactivates an administrator while another one is active', () =>
    given(users, adaAdded, userAdded({ role: 'administrator' }))
      .when((s) => changeUser(s, ada, 'ben', { active: false }))
      .then(userDeactivated()));
});

describe('after any changes by administrators', () => {
  const people = ['ada', 'ben', 'cleo'];
  const role = fc.constantFrom('administrator', 'user', 'auditor');
  const change = fc.record({ role, active: fc.boolean() }, { requiredKeys: [] }) as fc.Arbitrary<UserChange>;
  const steps = fc.array(fc.record({ by: fc.constantFrom(...people), whom: fc.constantFrom(...people), change }), {
    maxLength: 40,
  });

  it('one active administrator remains', () =>
    fc.assert(
      fc.property(steps, (asked) => {
        const first = [adaAdded, userAdded(), userAdded({ userId: 'cleo', emailKey: 'key-of-cleo' })];
        let state = first.reduce((so, fact) => users.evolve(so, fact as UserEvent), users.initial);
        for (const { by, whom, change: wanted } of asked) {
          const { role: of, active } = state.byId.get(by)!;
          if (!active) continue;
          try {
            for (const fact of changeUser(state, { id: by, role: of }, whom, wanted)) state = users.evolve(state, fact);
          } catch (error) {
            expect(error).toBeInstanceOf(Refused);
          }
          const administrators = [...state.byId].filter(([, user]) => user.active && user.role === 'administrator');
          expect(administrators.length).toBeGreaterThan(0);
        }
      }),
    ));
});

describe('changing a password', () => {
  const hasOne = userPasswordChanged();
  it('is for the user and for administrators', () => {
    given(users, adaAdded, userAdded(), hasOne)
      .when((s) => changeUserPassword(s, { id: 'ben', role: 'user' }, 'ben', 2))
      .then(userPasswordChanged({ version: 2 }));
    given(users, adaAdded, userAdded())
      .when((s) => changeUserPassword(s, ada, 'ben', 1))
      .then(hasOne);
  });
  it('is refused for other users', () =>
    given(users, adaAdded, userAdded(), hasOne)
      .when((s) => changeUserPassword(s, cleo, 'ben', 2))
      .refuses('only-an-administrator-manages-users', 'forbidden'));
  it('is refused for an unknown user', () =>
    given(users, adaAdded)
      .when((s) => changeUserPassword(s, ada, 'ben', 1))
      .refuses('user-not-found', 'not-found'));
  it('to an older version than the one in force is refused', () =>
    given(users, adaAdded, userAdded(), userPasswordChanged({ version: 3 }))
      .when((s) => changeUserPassword(s, ada, 'ben', 2))
      .refuses('changed-meanwhile', 'conflict'));
});
