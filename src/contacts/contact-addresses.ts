import { Injectable } from '@nestjs/common';
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

  /** HMAC of the address in lower case. */
  keyOf(address: string): string {
    return this.master.nameFor('address', address.toLowerCase());
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

  /** Addresses with their keys, each address once. */
  keyed(addresses: readonly string[]): Email[] {
    const byKey = new Map<string, Email>();
    for (const email of addresses) {
      const addressKey = this.keyOf(email);
      if (!byKey.has(addressKey)) byKey.set(addressKey, { addressKey, email });
    }
    return [...byKey.values()];
  }

  async holder(addressKey: string): Promise<string | null> {
    return (await this.decide.load(addressStream(addressKey), addressHolder)).state.heldBy;
  }

  /**
   * Claims all addresses. When one is refused, earlier ones stay claimed: the next claim on them voids these.
   * @throws Refused 409 `own-address`, `address-taken`, `changed-meanwhile`
   */
  async claim(emails: readonly Email[], contactId: string, origin: Origin): Promise<void> {
    for (const { email } of emails) await this.refuseOwn(email);
    for (const { addressKey, email } of emails) {
      const other = await this.claims.claim(this.claimable(addressKey, origin), contactId, origin);
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

  private claimable(addressKey: string, origin: Origin): Claimable<AddressEvent> {
    const released = (contactId: string): AddressEvent => ({
      type: 'AddressReleased',
      data: { addressKey, contactId },
    });
    return {
      stream: addressStream(addressKey),
      decider: addressHolder,
      assigned: (contactId, from) => [
        ...(from === null ? [] : [released(from)]),
        { type: 'AddressAssigned', data: { addressKey, contactId } },
      ],
      released,
      confirmOrVoid: async (holder) => {
        const { state } = await this.decide.on(contactStream(holder), contact, origin, (before) =>
          voidClaim(before, holder, addressKey),
        );
        return hasAddress(state, addressKey);
      },
    };
  }
}
