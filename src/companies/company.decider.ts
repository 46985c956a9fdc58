import type { Decider } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import { type CompanyEvent, companyIdOf, type DomainEvent } from './company.events.js';

export type Company =
  | { status: 'absent' }
  | { status: 'abandoned' }
  | {
      status: 'known';
      name: string;
      domain: string | null;
      /** moves when a claim was taken from it: a claim made before may be gone */
      claimEpoch: number;
    };

export type KnownCompany = Extract<Company, { status: 'known' }>;

export const company: Decider<Company, CompanyEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'CompanyCreated')
      return { status: 'known', name: fact.data.name, domain: fact.data.domain, claimEpoch: 0 };
    if (fact.type === 'CompanyAbandoned') return { status: 'abandoned' };
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

/** Whose a domain is: one company's. */
export interface DomainOwner {
  heldBy: string | null;
}

export const ownerOf = (domain: string): Decider<DomainOwner, DomainEvent> => ({
  initial: { heldBy: companyIdOf(domain) },
  evolve(_, fact) {
    switch (fact.type) {
      case 'DomainAssigned':
        return { heldBy: fact.data.companyId };
      case 'DomainReleased':
        return { heldBy: null };
      default:
        return fact satisfies never;
    }
  },
});

export const hasDomain = (state: Company, domain: string): boolean =>
  state.status === 'known' && state.domain === domain;

/** Said in the stream of who holds a domain. Nothing for a company that has it, and for one that takes no steps any more. */
export function dropClaim(state: Company, companyId: string, domain: string): CompanyEvent[] {
  if (state.status === 'absent') return [{ type: 'CompanyAbandoned', data: { companyId } }];
  if (state.status !== 'known' || state.domain === domain) return [];
  return [{ type: 'CompanyClaimDropped', data: { companyId, domain } }];
}

const overtaken = (): Refused =>
  new Refused('changed-meanwhile', 'conflict', 'another company took the same domain meanwhile');

export function createCompany(
  state: Company,
  data: { companyId: string; name: string; domain: string | null },
): CompanyEvent[] {
  if (state.status === 'known') return [];
  if (state.status !== 'absent') throw overtaken();
  return [{ type: 'CompanyCreated', data }];
}

export interface CompanyChange {
  name?: string | undefined;
  domain?: string | null | undefined;
}

/** @throws Refused 404 */
export function known(state: Company): KnownCompany {
  if (state.status !== 'known') throw new Refused('company-not-found', 'not-found');
  return state;
}

/** @param claimEpoch when it claimed the domain that is new to it */
export function changeCompany(
  state: Company,
  companyId: string,
  { name, domain }: CompanyChange,
  claimEpoch: number,
): CompanyEvent[] {
  const before = known(state);
  const facts: CompanyEvent[] = [];
  if (name !== undefined && name !== before.name)
    facts.push({ type: 'CompanyRenamed', data: { companyId, from: before.name, to: name } });
  if (domain !== undefined && domain !== before.domain) {
    if (domain !== null && before.claimEpoch !== claimEpoch) throw overtaken();
    facts.push({ type: 'CompanyDomainChanged', data: { companyId, from: before.domain, to: domain } });
  }
  return facts;
}
