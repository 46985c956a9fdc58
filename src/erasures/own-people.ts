import { Injectable } from '@nestjs/common';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { Access } from '../access/access.js';
import { earlierSpellings, normalAddress } from '../mail/reading/normal-address.js';
import { Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';

/** Protects addresses of accounts and users: the erasure of one would destroy the mail of a whole account. */
@Injectable()
export class OwnPeople {
  constructor(
    private readonly accounts: OwnAddresses,
    private readonly access: Access,
    private readonly master: MasterKey,
  ) {}

  /** The kind of owner of an address: a connected account, or an active user; null: neither. */
  async ownerOf(address: string): Promise<'account' | 'user' | null> {
    if (await this.accounts.isAccount(address)) return 'account';
    for (const spelling of [normalAddress(address), ...earlierSpellings(address)]) {
      const user = await this.access.userByEmail(this.master.nameFor('user-email', spelling));
      if (user?.active) return 'user';
    }
    return null;
  }

  /** @throws Refused 409 */
  async refuse(address: string): Promise<void> {
    const owner = await this.ownerOf(address);
    if (owner === 'account')
      throw new Refused(
        'address-of-an-account',
        'conflict',
        'A connected account has this address: the erasure would destroy all its mail. Remove the account first.',
      );
    if (owner === 'user')
      throw new Refused(
        'address-of-a-user',
        'conflict',
        'A user of this service has this address. Deactivate the user first.',
      );
  }
}
