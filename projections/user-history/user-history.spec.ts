import type { AnyFact } from '../../src/all.events.js';
import * as people from '../../test/examples/people-facts.js';
import { atOf, idOf, positionOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { userHistory } from './user-history.js';

const ofBen = (fact: AnyFact, fields: string[], name = 'Ben Okri') => ({
  given: [people.userAdded(), fact],
  rows: {
    entries: [{ revision: 0 }, { userId: 'ben', revision: 1, type: fact.type, data: fact.data, fields }],
    names: [{ name }],
  },
});

everyFactHasACase(userHistory, {
  UserAdded: {
    given: [people.userAdded()],
    rows: {
      entries: [
        {
          userId: 'ben',
          revision: 0,
          id: idOf(0),
          at: new Date(atOf(0)),
          by: 'user:ada',
          via: 'web',
          type: 'UserAdded',
          data: people.userAdded().data,
          fields: ['name', 'email', 'role'],
          position: positionOf(0),
        },
      ],
      names: [{ id: 'ben', name: 'Ben Okri' }],
    },
  },
  UserRenamed: ofBen(people.userRenamed(), ['name'], 'Benjamin Okri'),
  UserRoleChanged: ofBen(people.userRoleChanged(), ['role']),
  UserPasswordChanged: ofBen(people.userPasswordChanged(), ['password']),
  UserLinked: ofBen(people.userLinked(), ['byProvider']),
  UserDeactivated: ofBen(people.userDeactivated(), ['active']),
  UserReactivated: ofBen(people.userReactivated(), ['active']),
});
