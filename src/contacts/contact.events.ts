import type { Fact, FactShapes } from '../platform/domain.js';

export const contactStream = (contactId: string): string => `contact-${contactId}`;
export const contactKey = (contactId: string): string => `contact/${contactId}`;
/** The contact that holds an address. The key is an HMAC: a plain hash of an address could be guessed. */
export const addressStream = (addressKey: string): string => `address-${addressKey}`;

/** Names and addresses are null after the erasure of the person. */
export type ContactEvent =
  | Fact<
      'ContactCreated',
      {
        contactId: string;
        /** key of the first address; null: a contact added by hand without address. `ContactEmailAdded` adds more */
        addressKey: string | null;
        companyId: string | null;
        /** first message of the person; null: added by hand */
        source: { messageId: string; accountId: string } | null;
        name: string | null;
        emails: string[] | null;
      }
    >
  | Fact<'ContactRenamed', { contactId: string; from: string | null; to: string | null }>
  /** a later mail of the person has a better name; never after a person named the contact */
  | Fact<'ContactNameCorrected', { contactId: string; from: string | null; to: string | null; messageId: string }>
  | Fact<'ContactEmailAdded', { contactId: string; addressKey: string; email: string | null }>
  | Fact<'ContactEmailRemoved', { contactId: string; addressKey: string; email: string | null }>
  /** `to` null: no company */
  | Fact<'ContactMovedToCompany', { contactId: string; from: string | null; to: string | null }>
  /** the contact claimed an address, and can never be created any more: another contact takes the address */
  | Fact<'ContactAbandoned', { contactId: string }>
  /** voids earlier claims of the contact on an address that it does not have: another contact takes the address */
  | Fact<'ContactClaimDropped', { contactId: string; addressKey: string }>
  | Fact<'ContactErased', { contactId: string; erasureId: string }>;

export type AddressEvent =
  | Fact<'AddressAssigned', { addressKey: string; contactId: string }>
  | Fact<'AddressReleased', { addressKey: string; contactId: string }>;

const key = (data: { contactId: string }): string => contactKey(data.contactId);

export const contactFacts: FactShapes<ContactEvent | AddressEvent> = {
  ContactCreated: { v: 1, personal: { key, fields: ['name', 'emails'] } },
  ContactRenamed: { v: 1, personal: { key, fields: ['from', 'to'] } },
  ContactNameCorrected: { v: 1, personal: { key, fields: ['from', 'to'] } },
  ContactEmailAdded: { v: 1, personal: { key, fields: ['email'] } },
  ContactEmailRemoved: { v: 1, personal: { key, fields: ['email'] } },
  ContactMovedToCompany: { v: 1 },
  ContactAbandoned: { v: 1 },
  ContactClaimDropped: { v: 1 },
  ContactErased: { v: 1 },
  AddressAssigned: { v: 1 },
  AddressReleased: { v: 1 },
};
