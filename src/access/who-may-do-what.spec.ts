import { accessGranted, accessRevoked, accountAdded, accountRemoved } from '../../test/examples/account-facts.js';
import {
  tokenIssued,
  tokenRevoked,
  userAdded,
  userDeactivated,
  userPasswordChanged,
  userReactivated,
  userRoleChanged,
} from '../../test/examples/people-facts.js';
import { positionOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { START } from '../platform/log/event-store.js';
import { whoMayDoWhat } from './who-may-do-what.js';

everyFactHasACase(whoMayDoWhat, {
  UserAdded: {
    given: [userAdded()],
    rows: {
      users: [
        { id: 'ben', role: 'user', active: true, email_key: 'key-of-ben', password_version: 0, sessions_after: START },
      ],
    },
  },
  UserRoleChanged: { given: [userAdded(), userRoleChanged()], rows: { users: [{ role: 'auditor', active: true }] } },
  UserPasswordChanged: {
    given: [userAdded(), userPasswordChanged()],
    rows: { users: [{ id: 'ben', password_version: 1, sessions_after: positionOf(1) }] },
  },
  UserDeactivated: {
    given: [userAdded(), userDeactivated()],
    rows: { users: [{ active: false, sessions_after: positionOf(1) }] },
  },
  UserReactivated: { given: [userAdded(), userDeactivated(), userReactivated()], rows: { users: [{ active: true }] } },
  TokenIssued: {
    given: [tokenIssued()],
    rows: { tokens: [{ id: 'billing-token', role: 'administrator', name: 'billing', revoked: false }] },
  },
  TokenRevoked: { given: [tokenIssued(), tokenRevoked()], rows: { tokens: [{ id: 'billing-token', revoked: true }] } },
  AccountAdded: {
    given: [accountAdded({ owner: 'ben' })],
    rows: { accounts: [{ id: 'info', owner: 'ben', removed: false }] },
  },
  AccessGranted: {
    given: [accessGranted(), accessGranted({ userId: 'cleo' })],
    rows: {
      grants: [
        { user_id: 'ben', account_id: 'info' },
        { user_id: 'cleo', account_id: 'info' },
      ],
    },
  },
  AccessRevoked: {
    given: [accessGranted(), accessGranted({ userId: 'cleo' }), accessRevoked()],
    rows: { grants: [{ user_id: 'cleo', account_id: 'info' }] },
  },
  AccountRemoved: {
    given: [accountAdded(), accessGranted(), accessGranted({ accountId: 'sales' }), accountRemoved()],
    rows: { accounts: [{ id: 'info', removed: true }], grants: [{ user_id: 'ben', account_id: 'sales' }] },
  },
});
