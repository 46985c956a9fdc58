import { type AddressEvent, addressStream, type ContactEvent, contactStream } from '../contacts/contact.events.js';
import type { Decide } from '../platform/commands/decide.js';
import type { Decider } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';

const holder: Decider<{ contactId: string | null }, AddressEvent> = {
  initial: { contactId: null },
  evolve: (_, { type, data }) => ({ contactId: type === 'AddressAssigned' ? data.contactId : null }),
};

const there: Decider<boolean, ContactEvent> = {
  initial: false,
  evolve: (before, { type }) => (type === 'ContactCreated' ? true : type === 'ContactErased' ? false : before),
};

/** The contact of the sender of a mail. */
export async function contactOfSender(decide: Decide, senderKey: string | null): Promise<string | null> {
  return senderKey === null ? null : (await decide.load(addressStream(senderKey), holder)).state.contactId;
}

/** @throws Refused 404 */
export async function requireContact(decide: Decide, contactId: string): Promise<void> {
  if (!(await decide.load(contactStream(contactId), there)).state) throw new Refused('contact-not-found', 'not-found');
}
