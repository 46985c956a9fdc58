import type { Attempt, AttemptEvent } from './attempt.events.js';
import type { Attempts } from './attempt.fold.js';

/** @param times number of the same attempt so far, this one included */
export function recordAttempt(state: Attempts, attempt: Attempt, times: number): AttemptEvent[] {
  if (times <= state.times) return [];
  if (state.times === 0) return [{ type: 'AttemptRefused', data: { ...attempt, times } }];
  return [{ type: 'AttemptRepeated', data: { attemptId: attempt.attemptId, times } }];
}
