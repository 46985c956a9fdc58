import type { DataOf, Decider } from '../platform/domain.js';
import type { Erased, ErasureEvent } from './erasure.events.js';

export type StartedErasure = DataOf<ErasureEvent, 'ErasureStarted'>;

/** Erasures of one address, one after the other. */
export interface Erasures {
  /** the newest erasure; null before the first one */
  last: { erasureId: string; started: StartedErasure | null; erased: Erased | null } | null;
}

export const erasures: Decider<Erasures, ErasureEvent> = {
  initial: { last: null },
  evolve(state, fact) {
    switch (fact.type) {
      case 'ErasureRequested':
        return { last: { erasureId: fact.data.erasureId, started: null, erased: null } };
      case 'ErasureStarted':
        return { last: state.last && { ...state.last, started: fact.data } };
      case 'PersonErased':
        return { last: state.last && { ...state.last, erased: fact.data.erased } };
      default:
        return fact satisfies never;
    }
  },
};
