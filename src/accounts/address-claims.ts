import { Injectable } from '@nestjs/common';
import { Decide, type Origin } from '../platform/decide.js';
import { MasterKey } from '../platform/master-key.js';
import { Vault } from '../platform/vault.js';
import { abandonAccount, account, addressClaim, claimAddress } from './account.decider.js';
import { accountAddressStream, accountStream, passwordName } from './account.events.js';

/** Sees to it that an address belongs to one account, also when two are added at once or an adding is cut off in the middle. */
@Injectable()
export class AddressClaims {
  constructor(
    private readonly decide: Decide,
    private readonly master: MasterKey,
    private readonly vault: Vault,
  ) {}

  /** @throws Refused `address-taken` when another account holds it */
  async mayBeClaimed(address: string, accountId: string): Promise<void> {
    const { state } = await this.decide.load(this.stream(address), addressClaim);
    if (state.heldBy === null || state.heldBy === accountId) return;
    const holder = await this.decide.load(accountStream(state.heldBy), account);
    claimAddress(state, accountId, holder.state.status === 'open' ? null : state.heldBy);
  }

  /**
   * A holder without an account was cut off before its last step: its stream is closed first, so that it cannot take that step
   * any more, and only then is the address given on. A password that it has kept is erased.
   */
  async claim(address: string, accountId: string, origin: Origin): Promise<void> {
    const stream = this.stream(address);
    const { state } = await this.decide.load(stream, addressClaim);
    let abandoned: string | null = null;
    if (state.heldBy !== null && state.heldBy !== accountId) {
      const holder = state.heldBy;
      const closed = await this.decide.on(accountStream(holder), account, origin, (so) => abandonAccount(so, holder));
      if (closed.state.status === 'abandoned') {
        await this.vault.eraseAll(passwordName(holder));
        abandoned = holder;
      }
    }
    await this.decide.on(stream, addressClaim, origin, (so) => claimAddress(so, accountId, abandoned));
  }

  private stream(address: string): string {
    return accountAddressStream(this.master.nameFor('account-address', address.toLowerCase()));
  }
}
