import type { Decider } from '../platform/domain.js';
import type { Attempt, AttemptEvent } from './attempt.events.js';

export interface Attempts {
  times: number;
}

export const attempts: Decider<Attempts, AttemptEvent> = {
  initial: { times: 0 },
  evolve: (_, { data }) => ({ times: data.times }),
};

/** @param times how often it has been made by now */
export function recordAttempt(state: Attempts, attempt: Attempt, times: number): AttemptEvent[] {
  if (times <= state.times) return [];
  if (state.times === 0) return [{ type: 'AttemptRefused', data: { ...attempt, times } }];
  return [{ type: 'AttemptRepeated', data: { attemptId: attempt.attemptId, times } }];
}
