import { addressHolder } from '../contacts/address.fold.js';
import { addressStream, contactStream } from '../contacts/contact.events.js';
import { contact } from '../contacts/contact.fold.js';
import type { Decide } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';

/** The contact with the address of a sender; null: none. */
export async function contactOfSender(decide: Decide, senderKey: string | null): Promise<string | null> {
  return senderKey === null ? null : (await decide.load(addressStream(senderKey), addressHolder)).state.heldBy;
}

/** @throws Refused 404 */
export async function requireContact(decide: Decide, contactId: string): Promise<void> {
  const { state } = await decide.load(contactStream(contactId), contact);
  if (state.status !== 'known') throw new Refused('contact-not-found', 'not-found');
}
