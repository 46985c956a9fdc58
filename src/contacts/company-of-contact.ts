import { Injectable } from '@nestjs/common';
import { companyStream, domainStream } from '../companies/company.events.js';
import { company, hasDomain } from '../companies/company.fold.js';
import { domainHolder } from '../companies/domain.fold.js';
import { domainSpellings } from '../mail/reading/normal-address.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';
import { Decide } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';

/** Finds the company of a contact. */
@Injectable()
export class CompanyOfContact {
  constructor(private readonly decide: Decide) {}

  /** The company that holds a domain, and may not exist yet; null when the last holder gave the domain up. */
  async holding(domain: string): Promise<string | null> {
    return (await this.earlier(domain)) ?? this.holder(domain);
  }

  /** The company that has an IDN since an earlier release; null: none. */
  private async earlier(domain: string): Promise<string | null> {
    for (const spelling of domainSpellings(domain).filter((each) => each !== domain)) {
      const companyId = await this.holder(spelling);
      if (companyId !== null && (await this.has(companyId, spelling))) return companyId;
    }
    return null;
  }

  private async holder(domain: string): Promise<string | null> {
    return (await this.decide.load(domainStream(domain), domainHolder(domain))).state.heldBy;
  }

  private async has(companyId: string, domain: string): Promise<boolean> {
    const { state } = await this.decide.load(companyStream(companyId), company);
    return domainSpellings(domain).some((spelling) => hasDomain(state, spelling));
  }

  /** The existing company with the domain of an address; null: none, and for free mail. */
  async ofAddress(address: string): Promise<string | null> {
    if (isFreeMail(address)) return null;
    const domain = domainOf(address);
    const companyId = await this.holding(domain);
    return companyId !== null && (await this.has(companyId, domain)) ? companyId : null;
  }

  /** @throws Refused 404 */
  async require(companyId: string): Promise<void> {
    const { state } = await this.decide.load(companyStream(companyId), company);
    if (state.status !== 'known') throw new Refused('company-not-found', 'not-found');
  }
}
