import type { Fact, FactShapes } from '../platform/domain.js';

export const contactStream = (contactId: string): string => `contact-${contactId}`;
export const contactKey = (contactId: string): string => `contact/${contactId}`;
/** Whose an address is. Named by HMAC, since an id hashed from an address could be guessed. */
export const addressStream = (addressKey: string): string => `address-${addressKey}`;

export type ContactEvent = Fact<
  'ContactCreated',
  {
    contactId: string;
    addressKey: string;
    companyId: string | null;
    source: { messageId: string; accountId: string } | null;
    name: string | null;
    emails: string[] | null;
  }
>;

export type AddressEvent = Fact<'AddressAssigned', { addressKey: string; contactId: string }>;

export const contactFacts: FactShapes<ContactEvent | AddressEvent> = {
  ContactCreated: { v: 1, personal: { key: (data) => contactKey(data.contactId), fields: ['name', 'emails'] } },
  AddressAssigned: { v: 1 },
};
