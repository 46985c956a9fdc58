import { Injectable } from '@nestjs/common';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';
import { Refused } from '../platform/domain.js';

/** Checks domains for companies. */
@Injectable()
export class CompanyDomains {
  constructor(private readonly own: OwnAddresses) {}

  /**
   * The registrable domain: `Mail.Customer.example` → `customer.example`.
   * @throws Refused 409 for a free-mail domain, and for a domain of the organisation itself
   */
  async usable(domain: string): Promise<string> {
    const address = `anybody@${domain}`;
    if (isFreeMail(address))
      throw new Refused(
        'free-mail-domain',
        'conflict',
        'The addresses of this free-mail domain belong to many people. Use another domain, or none.',
      );
    if (await this.own.has(address))
      throw new Refused(
        'own-domain',
        'conflict',
        'This domain belongs to your own organisation. Use another domain, or none.',
      );
    return domainOf(address);
  }
}
