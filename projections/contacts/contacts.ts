import type { ContactEvent } from '../../src/contacts/contact.events.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import { id, json, orNull, position, reference, revision, text } from '../../src/platform/read-models/columns.js';

export interface ContactRow {
  id: string;
  /** null: the person was forgotten */
  name: string | null;
  companyId: string | null;
  /** mail from which the contact was created */
  source: { messageId: string; accountId: string } | null;
  revision: number;
  /** of the fact that created the contact */
  position: string;
}

interface EmailRow {
  contactId: string;
  addressKey: string;
  email: string | null;
  /** of the fact that added the address */
  position: string;
}

const VERSION = 2;

export const contactTables = {
  contacts: table<ContactRow>('contacts', VERSION, {
    columns: { id, name: orNull(text), companyId: orNull(reference), source: orNull(json), revision, position },
    indices: [{ columns: ['position', 'id'] }, { columns: ['companyId'] }],
    also: [`create index on % (left(lower(coalesce(name, '')), 50), id)`],
  }),
  emails: table<EmailRow>('contact_emails', VERSION, {
    columns: { contactId: id, addressKey: id, email: orNull(text), position },
  }),
};

export const contacts = defineProjection<ContactEvent, { contacts: ContactRow; emails: EmailRow }>({
  name: 'contacts',
  version: VERSION,
  tables: contactTables,
  on: {
    ContactCreated: (
      rows,
      { data: { contactId, addressKey, name, companyId, source, emails }, revision, position },
    ) => {
      rows.contacts.put({ id: contactId, name, companyId, source, revision, position });
      if (addressKey !== null) rows.emails.put({ contactId, addressKey, email: emails?.[0] ?? null, position });
    },
    ContactRenamed: (rows, { data, revision }) =>
      rows.contacts.update({ id: data.contactId }, { name: data.to, revision }),
    ContactNameCorrected: (rows, { data, revision }) =>
      rows.contacts.update({ id: data.contactId }, { name: data.to, revision }),
    ContactMovedToCompany: (rows, { data, revision }) =>
      rows.contacts.update({ id: data.contactId }, { companyId: data.to, revision }),
    ContactEmailAdded: (rows, { data: { contactId, addressKey, email }, revision, position }) => {
      rows.emails.put({ contactId, addressKey, email, position });
      rows.contacts.update({ id: contactId }, { revision });
    },
    ContactEmailRemoved: (rows, { data: { contactId, addressKey }, revision }) => {
      rows.emails.remove({ contactId, addressKey });
      rows.contacts.update({ id: contactId }, { revision });
    },
    ContactClaimDropped: (rows, { data, revision }) => rows.contacts.update({ id: data.contactId }, { revision }),
    ContactErased: (rows, { data: { contactId } }) => {
      rows.contacts.remove({ id: contactId });
      rows.emails.removeWhere({ contactId });
    },
  },
});
