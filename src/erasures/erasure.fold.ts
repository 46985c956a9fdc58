import type { DataOf, Decider } from '../platform/domain.js';
import type { Erased, ErasureEvent } from './erasure.events.js';

export type StartedErasure = DataOf<ErasureEvent, 'ErasureStarted'>;

export interface Erasure {
  /** null until the erasure has started */
  started: StartedErasure | null;
  /** null until the end of the erasure */
  erased: Erased | null;
}

/** All erasures of one address, by id. */
export type Erasures = ReadonlyMap<string, Erasure>;

export const erasures: Decider<Erasures, ErasureEvent> = {
  initial: new Map(),
  evolve(state, fact) {
    const { erasureId } = fact.data;
    const before = state.get(erasureId) ?? { started: null, erased: null };
    const after = (change: Partial<Erasure>): Erasures => new Map(state).set(erasureId, { ...before, ...change });
    switch (fact.type) {
      case 'ErasureRequested':
        return after({});
      case 'ErasureStarted':
        return after({ started: fact.data });
      case 'PersonErased':
        return after({ erased: fact.data.erased });
      default:
        return fact satisfies never;
    }
  },
};
