import type { Decider } from '../../platform/domain.js';
import type { WishEvent } from './wish.events.js';

export interface Wishes {
  /** number of the last wish; 0: none */
  number: number;
  /** number of the wish up to which all wishes are settled; 0: none */
  settled: number;
}

/** Every fact repeats both numbers, so the last one is enough. */
export const wishes: Decider<Wishes, WishEvent> = {
  reads: 'last',
  initial: { number: 0, settled: 0 },
  evolve: (_, { data }) => ({ number: data.number, settled: data.settled }),
};
