import type { Decider } from '../platform/domain.js';
import type { CompanyEvent } from './company.events.js';

export type Company =
  | { status: 'absent' }
  | { status: 'abandoned' }
  | { status: 'erased' }
  | {
      status: 'known';
      name: string | null;
      domain: string | null;
      /** grows with each claim that was voided: an earlier claim on a domain may be void */
      claimEpoch: number;
    };

export type KnownCompany = Extract<Company, { status: 'known' }>;

export const company: Decider<Company, CompanyEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'CompanyCreated')
      return { status: 'known', name: fact.data.name, domain: fact.data.domain, claimEpoch: 0 };
    if (fact.type === 'CompanyAbandoned') return { status: 'abandoned' };
    if (fact.type === 'CompanyErased') return { status: 'erased' };
    if (state.status !== 'known') return state;
    switch (fact.type) {
      case 'CompanyRenamed':
        return { ...state, name: fact.data.to };
      case 'CompanyDomainChanged':
        return { ...state, domain: fact.data.to };
      case 'CompanyClaimDropped':
        return { ...state, claimEpoch: state.claimEpoch + 1 };
      default:
        return fact satisfies never;
    }
  },
};

export const hasDomain = (state: Company, domain: string): boolean =>
  state.status === 'known' && state.domain === domain;
