import { Injectable } from '@nestjs/common';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';
import { Refused } from '../platform/domain.js';

/** Which domains a company can have. */
@Injectable()
export class CompanyDomains {
  constructor(private readonly own: OwnAddresses) {}

  /** The domain that its mail is known by: `Mail.Customer.example` → `customer.example`. @throws Refused for one that no company can have */
  async usable(domain: string): Promise<string> {
    const address = `anybody@${domain.toLowerCase()}`;
    if (isFreeMail(address))
      throw new Refused('free-mail-domain', 'conflict', 'the addresses of this domain are of strangers');
    if (await this.own.has(address))
      throw new Refused('own-domain', 'conflict', 'this domain is the organisation’s own');
    return domainOf(address);
  }
}
