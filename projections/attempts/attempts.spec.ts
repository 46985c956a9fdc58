import { attemptRefused, attemptRepeated } from '../../test/examples/attempt-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { attempts } from './attempts.js';

everyFactHasACase(attempts, {
  AttemptRefused: {
    given: [attemptRefused()],
    rows: {
      attempts: [
        {
          id: 'attempt-1',
          by: 'user:cleo',
          via: 'web',
          action: 'PUT /api/accounts/{id}/password',
          accountId: 'info',
          userId: null,
          status: 403,
          reason: 'only-its-owner-or-an-administrator-changes-the-password',
          server: null,
          from: '192.0.2.7',
          firstAt: new Date(atOf(0)),
          lastAt: new Date(atOf(0)),
          times: 1,
          position: positionOf(0),
        },
      ],
    },
  },
  AttemptRepeated: {
    given: [attemptRefused(), attemptRepeated()],
    rows: { attempts: [{ times: 2, firstAt: new Date(atOf(0)), lastAt: new Date(atOf(1)), position: positionOf(1) }] },
  },
});
