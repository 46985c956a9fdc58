import { Injectable } from '@nestjs/common';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { Access } from '../access/access.js';
import { Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';

/** Whom no erasure may forget: it would destroy the mail of a whole account. */
@Injectable()
export class OwnPeople {
  constructor(
    private readonly accounts: OwnAddresses,
    private readonly access: Access,
    private readonly master: MasterKey,
  ) {}

  /** Whether an address is that of a connected account, or of an active user. */
  async whose(address: string): Promise<'account' | 'user' | null> {
    if (await this.accounts.isAccount(address)) return 'account';
    const emailKey = this.master.nameFor('user-email', address.trim().toLowerCase());
    return (await this.access.userByEmail(emailKey))?.active ? 'user' : null;
  }

  /** @throws Refused 409 */
  async refuse(address: string): Promise<void> {
    const whose = await this.whose(address);
    if (whose === 'account')
      throw new Refused(
        'address-of-an-account',
        'conflict',
        'a connected account has it: all its mail would be destroyed',
      );
    if (whose === 'user') throw new Refused('address-of-a-user', 'conflict', 'a user of this service has it');
  }
}
