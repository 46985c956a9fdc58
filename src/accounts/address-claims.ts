import { Injectable } from '@nestjs/common';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { Vault } from '../platform/secrets/vault.js';
import { account, addressClaim, claimAddress, dropClaim, hasAddress, releaseAddress } from './account.decider.js';
import { accountAddressStream, accountSecrets, accountStream } from './account.events.js';

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
    claimAddress(state, accountId, hasAddress(holder.state, address) ? null : state.heldBy);
  }

  /**
   * A holder that does not have the address was cut off, or has another one by now: first its stream says that it can take no step
   * by this claim any more, and only then is the address given on. A password of an account that never came to be is erased.
   * @param anew puts it on record also when it is held already, so that a `release` of before does not undo it
   */
  async claim(address: string, accountId: string, origin: Origin, anew = false): Promise<void> {
    const stream = this.stream(address);
    const { state } = await this.decide.load(stream, addressClaim);
    let dropped: string | null = null;
    if (state.heldBy !== null && state.heldBy !== accountId) {
      const holder = state.heldBy;
      const told = await this.decide.on(accountStream(holder), account, origin, (so) => dropClaim(so, holder, address));
      if (told.state.status === 'abandoned') await this.vault.close(accountSecrets(holder));
      if (!hasAddress(told.state, address)) dropped = holder;
    }
    await this.decide.on(stream, addressClaim, origin, (so) => claimAddress(so, accountId, dropped, anew));
  }

  /** At which revision an address is held: for `release`. */
  async heldSince(address: string): Promise<number> {
    return (await this.decide.load(this.stream(address), addressClaim)).revision;
  }

  /** Makes an address free that the account has no more, unless it was claimed again since. */
  async release(address: string, accountId: string, heldSince: number, origin: Origin): Promise<void> {
    await this.decide
      .on(this.stream(address), addressClaim, origin, (so) => releaseAddress(so, accountId), { ifMatch: heldSince })
      .catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
      });
  }

  private stream(address: string): string {
    return accountAddressStream(this.master.nameFor('account-address', address.toLowerCase()));
  }
}
