import type { Decider } from '../platform/domain.js';
import type { AddressEvent, ContactEvent } from './contact.events.js';

export type Contact = { status: 'absent' } | { status: 'created' };

export const contact: Decider<Contact, ContactEvent> = { initial: { status: 'absent' }, evolve: () => ({ status: 'created' }) };

/** Whose an address is: the first contact that takes it keeps it. */
export interface AddressOwner {
  contactId: string | null;
}

export const addressOwner: Decider<AddressOwner, AddressEvent> = {
  initial: { contactId: null },
  evolve: (_, { data }) => ({ contactId: data.contactId }),
};

export const assignAddress = (state: AddressOwner, data: { addressKey: string; contactId: string }): AddressEvent[] =>
  state.contactId === null ? [{ type: 'AddressAssigned', data }] : [];

export const createContact = (state: Contact, data: ContactEvent['data']): ContactEvent[] =>
  state.status === 'absent' ? [{ type: 'ContactCreated', data }] : [];
