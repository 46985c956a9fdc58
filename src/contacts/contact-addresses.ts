import { Injectable } from '@nestjs/common';
import { addressKey, earlierKeys } from '../mail/reading/address-keys.js';
import { hasOtherSpellings, tidyAddress } from '../mail/reading/normal-address.js';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { type Claimable, Claims } from '../platform/commands/claims.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { addressHolder } from './address.fold.js';
import { type Email, voidClaim } from './contact.decider.js';
import { type AddressEvent, addressStream, contactStream } from './contact.events.js';
import { contact, hasAddress } from './contact.fold.js';

/** Keeps each address with one contact, also under concurrent commands and after a crash between claim and fact. */
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

  /** HMAC of the address, equal for all its spellings. */
  keyOf(address: string): string {
    return addressKey(this.master, address);
  }

  /** @throws Refused 409 `own-address` for an address of the organisation itself */
  async refuseOwn(address: string): Promise<void> {
    if (await this.own.has(address))
      throw new Refused(
        'own-address',
        'conflict',
        'This address belongs to your own organisation, which has no contacts of itself. Use another address.',
      );
  }

  /** Addresses with the one spelling of their domains and with their keys, each address once. */
  keyed(addresses: readonly string[]): Email[] {
    const byKey = new Map<string, Email>();
    for (const written of addresses) {
      const key = this.keyOf(written);
      if (!byKey.has(key)) byKey.set(key, { addressKey: key, email: tidyAddress(written) });
    }
    return [...byKey.values()];
  }

  async holder(key: string): Promise<string | null> {
    return (await this.decide.load(addressStream(key), addressHolder)).state.heldBy;
  }

  /** The contact that has the address since an earlier release, under another spelling; null: none. */
  async earlierHolder(address: string): Promise<string | null> {
    if (!hasOtherSpellings(address)) return null;
    for (const key of earlierKeys(this.master, address)) {
      const contactId = await this.holder(key);
      if (contactId === null) continue;
      const { state } = await this.decide.load(contactStream(contactId), contact);
      if (hasAddress(state, key)) return contactId;
    }
    return null;
  }

  /**
   * Claims all addresses. When one is refused, earlier ones stay claimed: the next claim on them voids these.
   * @throws Refused 409 `own-address`, `address-taken`, `changed-meanwhile`
   */
  async claim(emails: readonly Email[], contactId: string, origin: Origin): Promise<void> {
    for (const { email } of emails) await this.refuseOwn(email);
    for (const { addressKey: key, email } of emails) {
      const earlier = await this.earlierHolder(email);
      const other =
        earlier !== null && earlier !== contactId
          ? earlier
          : await this.claims.claim(this.claimable(key, origin), contactId, origin);
      if (other !== null)
        throw new Refused(
          'address-taken',
          'conflict',
          `Another contact has the address ${email}. Use that contact, or another address.`,
          { contactId: other },
        );
    }
  }

  /** Revisions of the claim streams, by address key, for `release`. */
  async heldSince(addressKeys: readonly string[], origin: Origin): Promise<ReadonlyMap<string, number>> {
    const since = new Map<string, number>();
    for (const key of addressKeys) since.set(key, await this.claims.heldSince(this.claimable(key, origin)));
    return since;
  }

  /** Frees addresses that the contact does not have any more, except addresses claimed since `heldSince`. */
  async release(heldSince: ReadonlyMap<string, number>, contactId: string, origin: Origin): Promise<void> {
    for (const [key, since] of heldSince)
      await this.claims.release(this.claimable(key, origin), contactId, since, origin);
  }

  private claimable(key: string, origin: Origin): Claimable<AddressEvent> {
    const released = (contactId: string): AddressEvent => ({
      type: 'AddressReleased',
      data: { addressKey: key, contactId },
    });
    return {
      stream: addressStream(key),
      decider: addressHolder,
      assigned: (contactId, from) => [
        ...(from === null ? [] : [released(from)]),
        { type: 'AddressAssigned', data: { addressKey: key, contactId } },
      ],
      released,
      confirmOrVoid: async (holder) => {
        const { state } = await this.decide.on(contactStream(holder), contact, origin, (before) =>
          voidClaim(before, holder, key),
        );
        return hasAddress(state, key);
      },
    };
  }
}
