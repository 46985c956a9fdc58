import { erasureRequested, erasureStarted, personErased } from '../../test/examples/crm-facts.js';
import { userAdded, userRenamed } from '../../test/examples/people-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { erasures } from './erasures.js';

const erased = { contacts: 1, messages: 2, tasks: 1, blobs: 2 };
const requestedAt = new Date(atOf(0));

everyFactHasACase(erasures, {
  ErasureRequested: {
    given: [erasureRequested()],
    rows: {
      erasures: [
        {
          id: 'erasure-1',
          by: 'user:ada',
          via: 'web',
          requestedAt,
          erasedAt: null,
          erased: null,
          position: positionOf(0),
        },
      ],
    },
  },
  ErasureStarted: {
    given: [erasureRequested(), erasureStarted()],
    rows: { erasures: [{ id: 'erasure-1', requestedAt, erasedAt: null, erased }] },
  },
  PersonErased: {
    given: [erasureRequested(), erasureStarted(), personErased()],
    rows: { erasures: [{ id: 'erasure-1', requestedAt, erasedAt: new Date(atOf(2)), erased }] },
  },
  UserAdded: { given: [userAdded()], rows: { names: [{ name: userAdded().data.name }] } },
  UserRenamed: { given: [userAdded(), userRenamed()], rows: { names: [{ name: userRenamed().data.name }] } },
});
