import type { Decider } from '../platform/domain.js';
import type { PlacesEvent } from './places.events.js';

/** Facts about places tell differences to `placements`, and no rule needs more than their order. */
export const places: Decider<null, PlacesEvent> = { reads: 'last', initial: null, evolve: () => null };
