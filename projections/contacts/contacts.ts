import type { ContactEvent } from '../../src/contacts/contact.events.js';
import { defineProjection, table } from '../../src/platform/projection.js';
import { id, json, orNull, position, reference, text } from '../columns.js';

export interface ContactRow {
  id: string;
  /** null once the person has been forgotten */
  name: string | null;
  emails: string[];
  companyId: string | null;
  /** the mail that it was learned from */
  source: { messageId: string; accountId: string } | null;
  /** of the fact that made it */
  position: string;
}

const VERSION = 1;

export const contactTables = {
  contacts: table<ContactRow>('contacts', VERSION, {
    columns: {
      id,
      name: orNull(text),
      emails: { type: 'text', array: true },
      companyId: orNull(reference),
      source: orNull(json),
      position,
    },
    indices: [{ columns: ['position', 'id'] }],
  }),
};

export const contacts = defineProjection<ContactEvent, { contacts: ContactRow }>({
  name: 'contacts',
  version: VERSION,
  tables: contactTables,
  on: {
    ContactCreated: (rows, { data, position }) =>
      rows.contacts.put({
        id: data.contactId,
        name: data.name,
        emails: data.emails ?? [],
        companyId: data.companyId,
        source: data.source,
        position,
      }),
  },
});
