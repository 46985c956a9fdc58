import type { Decider } from '../platform/domain.js';
import type { AttemptEvent } from './attempt.events.js';

export interface Attempts {
  times: number;
}

export const attempts: Decider<Attempts, AttemptEvent> = {
  initial: { times: 0 },
  evolve: (_, { data }) => ({ times: data.times }),
};
