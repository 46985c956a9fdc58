import { Injectable } from '@nestjs/common';
import {
  type CompanyEvent,
  companyIdOf,
  companyStream,
  type DomainEvent,
  domainStream,
} from '../companies/company.events.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';
import { Decide } from '../platform/commands/decide.js';
import type { Decider } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';

const holderOf = (domain: string): Decider<{ companyId: string | null }, DomainEvent> => ({
  initial: { companyId: companyIdOf(domain) },
  evolve: (_, { type, data }) => ({ companyId: type === 'DomainAssigned' ? data.companyId : null }),
});

const companyThere: Decider<{ there: boolean; domain: string | null }, CompanyEvent> = {
  initial: { there: false, domain: null },
  evolve(state, fact) {
    switch (fact.type) {
      case 'CompanyCreated':
        return { there: true, domain: fact.data.domain };
      case 'CompanyDomainChanged':
        return { ...state, domain: fact.data.to };
      case 'CompanyRenamed':
      case 'CompanyAbandoned':
      case 'CompanyClaimDropped':
        return state;
      default:
        return fact satisfies never;
    }
  },
};

/** Which company a contact belongs to. */
@Injectable()
export class CompanyOfContact {
  constructor(private readonly decide: Decide) {}

  /** The one whose domain it is, which was made before. */
  async holding(domain: string): Promise<string | null> {
    return (await this.decide.load(domainStream(domain), holderOf(domain))).state.companyId;
  }

  /** The one that the address tells, if there is one. */
  async ofAddress(address: string): Promise<string | null> {
    if (isFreeMail(address)) return null;
    const domain = domainOf(address);
    const companyId = await this.holding(domain);
    if (companyId === null) return null;
    const { state } = await this.decide.load(companyStream(companyId), companyThere);
    return state.there && state.domain === domain ? companyId : null;
  }

  /** @throws Refused 404 for one that there is not */
  async require(companyId: string): Promise<void> {
    const { state } = await this.decide.load(companyStream(companyId), companyThere);
    if (!state.there) throw new Refused('company-not-found', 'not-found');
  }
}
