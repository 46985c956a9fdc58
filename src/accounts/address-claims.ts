import { Injectable } from '@nestjs/common';
import { earlierSpellings, normalAddress } from '../mail/reading/normal-address.js';
import { type Claimable, Claims } from '../platform/commands/claims.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { Vault } from '../platform/secrets/vault.js';
import { accountAddressHolder } from './account-address.fold.js';
import { addressTaken, voidClaim } from './account.decider.js';
import { type AccountAddressEvent, accountAddressStream, accountSecrets, accountStream } from './account.events.js';
import { account, hasAddress } from './account.fold.js';

/** Keeps each address with one account, also under concurrent commands and after a crash between claim and fact. */
@Injectable()
export class AddressClaims {
  private readonly claims: Claims;

  constructor(
    private readonly decide: Decide,
    private readonly master: MasterKey,
    private readonly vault: Vault,
  ) {
    this.claims = new Claims(decide);
  }

  /** A check without a claim, before longer work. @throws Refused 409 `address-taken` */
  async mayBeClaimed(address: string, accountId: string): Promise<void> {
    for (const spelling of [normalAddress(address), ...earlierSpellings(address)]) {
      const holder = (await this.decide.load(this.stream(spelling), accountAddressHolder)).state.heldBy;
      if (holder !== null && holder !== accountId && (await this.has(holder, address))) throw addressTaken();
    }
  }

  /** @throws Refused 409 `address-taken`, `changed-meanwhile` */
  async claim(address: string, accountId: string, origin: Origin): Promise<void> {
    await this.mayBeClaimed(address, accountId);
    if ((await this.claims.claim(this.claimable(address, origin), accountId, origin)) !== null) throw addressTaken();
  }

  /** Revision of the claim stream of an address, for `release`. */
  heldSince(address: string, origin: Origin): Promise<number> {
    return this.claims.heldSince(this.claimable(address, origin));
  }

  /** Frees an address that the account does not have any more, unless it was claimed since revision `heldSince`. */
  release(address: string, accountId: string, heldSince: number, origin: Origin): Promise<void> {
    return this.claims.release(this.claimable(address, origin), accountId, heldSince, origin);
  }

  private claimable(address: string, origin: Origin): Claimable<AccountAddressEvent> {
    return {
      stream: this.stream(normalAddress(address)),
      decider: accountAddressHolder,
      assigned: (accountId) => [{ type: 'AccountAddressClaimed', data: { accountId } }],
      released: (accountId) => ({ type: 'AccountAddressReleased', data: { accountId } }),
      confirmOrVoid: async (holder) => {
        if (await this.has(holder, address)) return true;
        const { state } = await this.decide.on(accountStream(holder), account, origin, (before) =>
          voidClaim(before, holder, address),
        );
        // An account that was never recorded may have left a password in the vault.
        if (state.status === 'abandoned') await this.vault.close(accountSecrets(holder));
        return hasAddress(state, address);
      },
    };
  }

  /** Accounts of earlier releases may have the address in another spelling. */
  private async has(accountId: string, address: string): Promise<boolean> {
    const { state } = await this.decide.load(accountStream(accountId), account);
    return state.status === 'open' && normalAddress(state.settings.address) === normalAddress(address);
  }

  private stream(spelling: string): string {
    return accountAddressStream(this.master.nameFor('account-address', spelling));
  }
}
