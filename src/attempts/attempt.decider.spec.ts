import { attemptRefused, attemptRepeated } from '../../test/examples/attempt-facts.js';
import { given } from '../../test/given.js';
import { attempts } from './attempt.fold.js';
import { recordAttempt } from './attempt.decider.js';

const { times: _, ...attempt } = attemptRefused().data;

describe('a refused attempt', () => {
  it('is recorded', () =>
    given(attempts)
      .when((s) => recordAttempt(s, attempt, 1))
      .then(attemptRefused()));
  it('is recorded also when the first ones were not recorded', () =>
    given(attempts)
      .when((s) => recordAttempt(s, attempt, 2))
      .then(attemptRefused({ times: 2 })));
  it('is recorded as repeated the next time', () =>
    given(attempts, attemptRefused())
      .when((s) => recordAttempt(s, attempt, 2))
      .then(attemptRepeated()));
  it('keeps the highest count when a slower process records a lower one', () =>
    given(attempts, attemptRefused(), attemptRepeated({ times: 4 }))
      .when((s) => recordAttempt(s, attempt, 2))
      .then());
});
