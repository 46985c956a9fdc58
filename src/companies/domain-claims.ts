import { Injectable } from '@nestjs/common';
import { domainSpellings } from '../mail/reading/normal-address.js';
import { type Claimable, Claims } from '../platform/commands/claims.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { voidClaim } from './company.decider.js';
import { companyStream, type DomainEvent, domainStream } from './company.events.js';
import { company, hasDomain } from './company.fold.js';
import { domainHolder } from './domain.fold.js';

/** Keeps each domain with one company, also under concurrent commands and after a crash between claim and fact. */
@Injectable()
export class DomainClaims {
  private readonly claims: Claims;

  constructor(private readonly decide: Decide) {
    this.claims = new Claims(decide);
  }

  /** The company of the domain, which may not exist yet; null when the last holder gave the domain up. */
  async holder(domain: string): Promise<string | null> {
    return (await this.decide.load(domainStream(domain), domainHolder(domain))).state.heldBy;
  }

  /** The company that has an IDN since an earlier release, in another spelling; null: none. */
  async earlierHolder(domain: string): Promise<string | null> {
    for (const spelling of domainSpellings(domain).filter((each) => each !== domain)) {
      const companyId = await this.holder(spelling);
      if (companyId === null) continue;
      const { state } = await this.decide.load(companyStream(companyId), company);
      if (hasDomain(state, spelling)) return companyId;
    }
    return null;
  }

  /** @throws Refused 409 `domain-taken`, `changed-meanwhile` */
  async claim(domain: string, companyId: string, origin: Origin): Promise<void> {
    const earlier = await this.earlierHolder(domain);
    const other =
      earlier !== null && earlier !== companyId
        ? earlier
        : await this.claims.claim(this.claimable(domain, origin), companyId, origin);
    if (other !== null)
      throw new Refused(
        'domain-taken',
        'conflict',
        'Another company has this domain. Use that company, or another domain.',
        { companyId: other },
      );
  }

  /** Revision of the claim stream of a domain, for `release`. */
  heldSince(domain: string, origin: Origin): Promise<number> {
    return this.claims.heldSince(this.claimable(domain, origin));
  }

  /** Frees a domain that the company does not have any more, unless it was claimed since revision `heldSince`. */
  release(domain: string, companyId: string, heldSince: number, origin: Origin): Promise<void> {
    return this.claims.release(this.claimable(domain, origin), companyId, heldSince, origin);
  }

  private claimable(domain: string, origin: Origin): Claimable<DomainEvent> {
    const released = (companyId: string): DomainEvent => ({ type: 'DomainReleased', data: { domain, companyId } });
    return {
      stream: domainStream(domain),
      decider: domainHolder(domain),
      assigned: (companyId, from) => [
        ...(from === null ? [] : [released(from)]),
        { type: 'DomainAssigned', data: { domain, companyId } },
      ],
      released,
      confirmOrVoid: async (holder) => {
        const { state } = await this.decide.on(companyStream(holder), company, origin, (before) =>
          voidClaim(before, holder, domain),
        );
        return hasDomain(state, domain);
      },
    };
  }
}
