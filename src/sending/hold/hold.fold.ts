import type { Decider } from '../../platform/domain.js';
import type { HoldEvent } from './hold.events.js';

export interface Hold {
  held: boolean;
}

/** The last fact decides. */
export const hold: Decider<Hold, HoldEvent> = {
  initial: { held: false },
  evolve(_, fact) {
    switch (fact.type) {
      case 'OutboxHeld':
        return { held: true };
      case 'OutboxReleased':
        return { held: false };
      default:
        return fact satisfies never;
    }
  },
  reads: 'last',
};
