import { attemptRefused, attemptRepeated } from '../../test/examples/attempt-facts.js';
import { given } from '../../test/given.js';
import { attempts } from './attempt.fold.js';
import { recordAttempt } from './attempt.decider.js';

const { times: _, ...attempt } = attemptRefused().data;

describe('an attempt that was refused', () => {
  it('is recorded', () =>
    given(attempts)
      .when((s) => recordAttempt(s, attempt, 1))
      .then(attemptRefused()));
  it('is recorded although the first ones were not', () =>
    given(attempts)
      .when((s) => recordAttempt(s, attempt, 2))
      .then(attemptRefused({ times: 2 })));
  it('made again is the same attempt, repeated', () =>
    given(attempts, attemptRefused())
      .when((s) => recordAttempt(s, attempt, 2))
      .then(attemptRepeated()));
  it('is not counted down by a process that is slower', () =>
    given(attempts, attemptRefused(), attemptRepeated({ times: 4 }))
      .when((s) => recordAttempt(s, attempt, 2))
      .then());
});
