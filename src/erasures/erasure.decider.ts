import type { DataOf, Decider } from '../platform/domain.js';
import type { Erased, ErasureEvent } from './erasure.events.js';

type Started = DataOf<ErasureEvent, 'ErasureStarted'>;

/** Erasures of one address, one after the other. */
export interface Erasures {
  /** the last that was asked for */
  last: { erasureId: string; started: Started | null; erased: Erased | null } | null;
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

/** One that runs is the one that is asked for. */
export function requestErasure({ last }: Erasures, data: { erasureId: string; addressKey: string }): ErasureEvent[] {
  if (last && (last.erased === null || last.erasureId === data.erasureId)) return [];
  return [{ type: 'ErasureRequested', data }];
}

export function startErasure({ last }: Erasures, data: Started): ErasureEvent[] {
  return last?.erasureId === data.erasureId && last.started === null ? [{ type: 'ErasureStarted', data }] : [];
}

export function finishErasure({ last }: Erasures, { erasureId, addressKey, erased }: Started): ErasureEvent[] {
  if (last?.erasureId !== erasureId || last.erased !== null) return [];
  return [{ type: 'PersonErased', data: { erasureId, addressKey, erased } }];
}
