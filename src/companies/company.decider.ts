import { type DataOf, Refused } from '../platform/domain.js';
import type { CompanyEvent } from './company.events.js';
import { type Company, hasDomain, type KnownCompany } from './company.fold.js';

/**
 * Voids earlier claims of a company on a domain that the company does not have. Nothing for a company that has the
 * domain, or was erased or abandoned: those take no domain any more.
 */
export function voidClaim(state: Company, companyId: string, domain: string): CompanyEvent[] {
  if (state.status === 'absent') return [{ type: 'CompanyAbandoned', data: { companyId } }];
  if (state.status !== 'known' || hasDomain(state, domain)) return [];
  return [{ type: 'CompanyClaimDropped', data: { companyId, domain } }];
}

const claimVoided = (): Refused =>
  new Refused('changed-meanwhile', 'conflict', 'Another company took the same domain at the same moment. Try again.');

/** @throws Refused 409 when the claim on the domain was voided */
export function createCompany(state: Company, data: DataOf<CompanyEvent, 'CompanyCreated'>): CompanyEvent[] {
  if (state.status === 'known') return [];
  if (state.status !== 'absent') throw claimVoided();
  return [{ type: 'CompanyCreated', data }];
}

interface CompanyChange {
  name?: string | undefined;
  domain?: string | null | undefined;
}

/** @throws Refused 404 */
export function known(state: Company): KnownCompany {
  if (state.status !== 'known') throw new Refused('company-not-found', 'not-found');
  return state;
}

/**
 * @param claimEpoch of the company when it claimed the new domain
 * @throws Refused 404; 409 when that claim was voided since
 */
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
    if (domain !== null && before.claimEpoch !== claimEpoch) throw claimVoided();
    facts.push({ type: 'CompanyDomainChanged', data: { companyId, from: before.domain, to: domain } });
  }
  return facts;
}
