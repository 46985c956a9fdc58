import { Injectable } from '@nestjs/common';
import { Claims, type Claimable } from '../platform/commands/claims.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { company, dropClaim, hasDomain, ownerOf } from './company.decider.js';
import { companyStream, type DomainEvent, domainStream } from './company.events.js';

/** Sees to it that a domain belongs to one company, also when two are made at once or a change is cut off in the middle. */
@Injectable()
export class DomainClaims {
  private readonly claims: Claims;

  constructor(private readonly decide: Decide) {
    this.claims = new Claims(decide);
  }

  /** Who holds it: the one to be made for it, when there is none yet; null when its last one gave it up. */
  async holder(domain: string): Promise<string | null> {
    return (await this.decide.load(domainStream(domain), ownerOf(domain))).state.heldBy;
  }

  /** @throws Refused `domain-taken` */
  async claim(domain: string, companyId: string, origin: Origin): Promise<void> {
    const other = await this.claims.claim(this.thing(domain, origin), companyId, origin);
    if (other !== null)
      throw new Refused('domain-taken', 'conflict', 'another company has this domain', { companyId: other });
  }

  heldSince(domain: string, origin: Origin): Promise<number> {
    return this.claims.heldSince(this.thing(domain, origin));
  }

  release(domain: string, companyId: string, heldSince: number, origin: Origin): Promise<void> {
    return this.claims.release(this.thing(domain, origin), companyId, heldSince, origin);
  }

  private thing(domain: string, origin: Origin): Claimable<DomainEvent> {
    return {
      stream: domainStream(domain),
      decider: ownerOf(domain),
      assigned: (companyId) => ({ type: 'DomainAssigned', data: { domain, companyId } }),
      released: (companyId) => ({ type: 'DomainReleased', data: { domain, companyId } }),
      has: async (holder) => {
        const told = await this.decide.on(companyStream(holder), company, origin, (so) =>
          dropClaim(so, holder, domain),
        );
        return hasDomain(told.state, domain);
      },
    };
  }
}
