import { everyFactHasACase } from '../../test/given-projection.js';
import {
  tokenIssued,
  tokenRevoked,
  userAdded,
  userDeactivated,
  userLinked,
  userReactivated,
  userRenamed,
  userRoleChanged,
} from '../../test/examples/people-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { people } from './people.js';

everyFactHasACase(people, {
  UserAdded: {
    given: [userAdded()],
    rows: {
      users: [
        { id: 'ben', name: 'Ben Okri', email: 'ben@acme.example', role: 'user', active: true, byProvider: false },
      ],
    },
  },
  UserRenamed: {
    given: [userAdded(), userRenamed()],
    rows: { users: [{ name: 'Benjamin Okri', email: 'ben@acme.example' }] },
  },
  UserRoleChanged: { given: [userAdded(), userRoleChanged()], rows: { users: [{ role: 'auditor', active: true }] } },
  UserLinked: { given: [userAdded(), userLinked()], rows: { users: [{ byProvider: true, active: true }] } },
  UserDeactivated: { given: [userAdded(), userDeactivated()], rows: { users: [{ role: 'user', active: false }] } },
  UserReactivated: { given: [userAdded(), userDeactivated(), userReactivated()], rows: { users: [{ active: true }] } },
  TokenIssued: {
    given: [tokenIssued()],
    rows: {
      tokens: [
        {
          id: 'billing-token',
          name: 'billing',
          role: 'administrator',
          issuedAt: new Date(atOf(0)),
          position: positionOf(0),
        },
      ],
    },
  },
  TokenRevoked: {
    given: [tokenIssued(), tokenIssued({ tokenId: 'shop-token', name: 'shop' }), tokenRevoked()],
    rows: { tokens: [{ id: 'shop-token' }] },
  },
});
