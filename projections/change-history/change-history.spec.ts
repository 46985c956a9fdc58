import { everyFactHasACase } from '../../test/given-projection.js';
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
} from '../../test/examples/account-facts.js';
import { settingExamples } from '../../test/examples/setting-examples.js';
import { userAdded, userRenamed } from '../../test/examples/people-facts.js';
import { atOf, idOf, positionOf, told } from '../../test/examples/recorded.js';
import { changeHistory } from './change-history.js';

everyFactHasACase(changeHistory, {
  AccountAdded: {
    given: [told(accountAdded({ owner: 'ben' }), { by: 'token:billing-token', via: 'api:billing' })],
    rows: {
      accounts: [{ accountId: 'info', owner: 'ben' }],
      entries: [
        {
          accountId: 'info',
          revision: 0,
          id: idOf(0),
          at: new Date(atOf(0)),
          by: 'token:billing-token',
          via: 'api:billing',
          type: 'AccountAdded',
          data: accountAdded({ owner: 'ben' }).data,
          position: positionOf(0),
        },
      ],
    },
  },
  PasswordChanged: {
    given: [accountAdded(), passwordChanged()],
    rows: { entries: [{ revision: 0 }, { revision: 1, type: 'PasswordChanged', fields: ['password'] }] },
  },
  SignInGranted: {
    given: [accountAdded(), signInGranted({ from: 'password' }), signInGranted()],
    rows: {
      entries: [{}, { type: 'SignInGranted', fields: ['signIn', 'password'] }, { type: 'SignInGranted', fields: [] }],
    },
  },
  SignInRanOut: {
    given: [accountAdded(), signInRanOut()],
    rows: { entries: [{}, { type: 'SignInRanOut', fields: [] }] },
  },
  ...Object.fromEntries(
    settingExamples.map(({ setting, fact }) => [
      fact.type,
      {
        given: [accountAdded(), fact],
        rows: { entries: [{}, { type: fact.type, fields: [setting], data: fact.data }] },
      },
    ]),
  ),
  AddressClaimDropped: {
    given: [accountAdded(), addressClaimDropped()],
    rows: { entries: [{}, { type: 'AddressClaimDropped', fields: [] }] },
  },
  AccessGranted: {
    given: [accountAdded(), accessGranted()],
    rows: { entries: [{}, { type: 'AccessGranted', fields: ['users'], data: accessGranted().data }] },
  },
  AccessRevoked: {
    given: [accountAdded(), accessGranted(), accessRevoked()],
    rows: { entries: [{}, {}, { type: 'AccessRevoked', fields: ['users'] }] },
  },
  AccountRemoved: {
    given: [accountAdded(), accountRemoved()],
    rows: { entries: [{}, { revision: 1, type: 'AccountRemoved', fields: ['removed'] }] },
  },
  AccountAbandoned: {
    given: [accountAbandoned({ accountId: 'never' })],
    rows: { entries: [{ accountId: 'never', type: 'AccountAbandoned', fields: [] }], accounts: [] },
  },
  UserAdded: { given: [userAdded()], rows: { names: [{ id: 'ben', name: 'Ben Okri' }] } },
  UserRenamed: { given: [userAdded(), userRenamed()], rows: { names: [{ id: 'ben', name: 'Benjamin Okri' }] } },
});
