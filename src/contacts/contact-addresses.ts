import { Injectable } from '@nestjs/common';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { Claims, type Claimable } from '../platform/commands/claims.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { addressOwner, contact, dropClaim, type Email, hasAddress } from './contact.decider.js';
import { type AddressEvent, addressStream, contactStream } from './contact.events.js';

/** Sees to it that an address belongs to one contact, also when two are made at once or a change is cut off in the middle. */
@Injectable()
export class ContactAddresses {
  private readonly claims: Claims;

  constructor(
    private readonly decide: Decide,
    private readonly master: MasterKey,
    private readonly own: OwnAddresses,
  ) {
    this.claims = new Claims(decide);
  }

  keyOf(address: string): string {
    return this.master.nameFor('address', address.toLowerCase());
  }

  /** @throws Refused for an address of the organisation itself */
  async refuseOwn(address: string): Promise<void> {
    if (await this.own.has(address))
      throw new Refused('own-address', 'conflict', 'the organisation itself is no contact');
  }

  /** With their keys, each once. */
  keyed(addresses: readonly string[]): Email[] {
    const byKey = new Map<string, Email>();
    for (const email of addresses) {
      const addressKey = this.keyOf(email);
      if (!byKey.has(addressKey)) byKey.set(addressKey, { addressKey, email });
    }
    return [...byKey.values()];
  }

  async holder(addressKey: string): Promise<string | null> {
    return (await this.decide.load(addressStream(addressKey), addressOwner)).state.heldBy;
  }

  /** All or none, as far as others can tell. @throws Refused `address-taken` */
  async claim(emails: readonly Email[], contactId: string, origin: Origin): Promise<void> {
    for (const { email } of emails) await this.refuseOwn(email);
    for (const { addressKey, email } of emails) {
      const other = await this.claims.claim(this.thing(addressKey, origin), contactId, origin);
      if (other !== null)
        throw new Refused('address-taken', 'conflict', `another contact has the address ${email}`, {
          contactId: other,
        });
    }
  }

  async heldSince(addressKeys: readonly string[], origin: Origin): Promise<ReadonlyMap<string, number>> {
    const since = new Map<string, number>();
    for (const key of addressKeys) since.set(key, await this.claims.heldSince(this.thing(key, origin)));
    return since;
  }

  async release(heldSince: ReadonlyMap<string, number>, contactId: string, origin: Origin): Promise<void> {
    for (const [key, since] of heldSince) await this.claims.release(this.thing(key, origin), contactId, since, origin);
  }

  private thing(addressKey: string, origin: Origin): Claimable<AddressEvent> {
    return {
      stream: addressStream(addressKey),
      decider: addressOwner,
      assigned: (contactId) => ({ type: 'AddressAssigned', data: { addressKey, contactId } }),
      released: (contactId) => ({ type: 'AddressReleased', data: { addressKey, contactId } }),
      has: async (holder) => {
        const told = await this.decide.on(contactStream(holder), contact, origin, (so) =>
          dropClaim(so, holder, addressKey),
        );
        return hasAddress(told.state, addressKey);
      },
    };
  }
}
