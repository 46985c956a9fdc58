import type { Decider } from '../platform/domain.js';
import { companyIdOf, type DomainEvent } from './company.events.js';

/** The company that holds a domain: one at most. */
interface DomainHolder {
  heldBy: string | null;
}

/** Without any fact, a domain belongs to the company of `companyIdOf`, even before that company exists. */
export const domainHolder = (domain: string): Decider<DomainHolder, DomainEvent> => ({
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
