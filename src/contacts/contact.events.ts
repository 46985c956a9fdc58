import type { Fact, FactShapes } from '../platform/domain.js';

export const contactStream = (contactId: string): string => `contact-${contactId}`;
export const contactKey = (contactId: string): string => `contact/${contactId}`;
/** Whose an address is. Named by HMAC, since an id hashed from an address could be guessed. */
export const addressStream = (addressKey: string): string => `address-${addressKey}`;

/** Names and addresses are null once the person has been erased. */
export type ContactEvent =
  | Fact<
      'ContactCreated',
      {
        contactId: string;
        /** of its address; null for one made by hand without any. Further ones are added */
        addressKey: string | null;
        companyId: string | null;
        /** the mail that it was learned from; null for one made by hand */
        source: { messageId: string; accountId: string } | null;
        name: string | null;
        emails: string[] | null;
      }
    >
  | Fact<'ContactRenamed', { contactId: string; from: string | null; to: string | null }>
  | Fact<'ContactEmailAdded', { contactId: string; addressKey: string; email: string | null }>
  | Fact<'ContactEmailRemoved', { contactId: string; addressKey: string; email: string | null }>
  /** to none, when `to` is null */
  | Fact<'ContactMovedToCompany', { contactId: string; from: string | null; to: string | null }>
  /** its creation was cut off after it had claimed an address, and somebody else has that now: it never comes to be */
  | Fact<'ContactAbandoned', { contactId: string }>
  /** a claim on this address that was not carried out counts no more */
  | Fact<'ContactClaimDropped', { contactId: string; addressKey: string }>
  | Fact<'ContactErased', { contactId: string; erasureId: string }>;

export type AddressEvent =
  | Fact<'AddressAssigned', { addressKey: string; contactId: string }>
  | Fact<'AddressReleased', { addressKey: string; contactId: string }>;

const key = (data: { contactId: string }): string => contactKey(data.contactId);

export const contactFacts: FactShapes<ContactEvent | AddressEvent> = {
  ContactCreated: { v: 1, personal: { key, fields: ['name', 'emails'] } },
  ContactRenamed: { v: 1, personal: { key, fields: ['from', 'to'] } },
  ContactEmailAdded: { v: 1, personal: { key, fields: ['email'] } },
  ContactEmailRemoved: { v: 1, personal: { key, fields: ['email'] } },
  ContactMovedToCompany: { v: 1 },
  ContactAbandoned: { v: 1 },
  ContactClaimDropped: { v: 1 },
  ContactErased: { v: 1 },
  AddressAssigned: { v: 1 },
  AddressReleased: { v: 1 },
};
