import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { ContactEvent } from '../../src/contacts/contact.events.js';
import type { MessageEvent } from '../../src/messages/message.events.js';
import { defineProjection, type Rows, table } from '../../src/platform/read-models/projection.js';
import { id, json, orNull, position, reference, revision, text, time } from '../../src/platform/read-models/columns.js';

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

/** The last report that mail to an address did not arrive. */
interface BounceRow {
  addressKey: string;
  accountId: string;
  /** the message that did not arrive */
  messageId: string;
  code: string | null;
  at: Date;
}

const VERSION = 3;

export const contactTables = {
  contacts: table<ContactRow>('contacts', VERSION, {
    columns: { id, name: orNull(text), companyId: orNull(reference), source: orNull(json), revision, position },
    indices: [{ columns: ['position', 'id'] }, { columns: ['companyId'] }],
    also: [`create index on % (left(lower(coalesce(name, '')), 50), id)`],
  }),
  emails: table<EmailRow>('contact_emails', VERSION, {
    columns: { contactId: id, addressKey: id, email: orNull(text), position },
  }),
  bounces: table<BounceRow>('contact_bounces', VERSION, {
    columns: { addressKey: id, accountId: reference, messageId: reference, code: orNull(text), at: time },
    indices: [{ columns: ['messageId'] }, { columns: ['accountId'] }],
  }),
};

type Tables = { contacts: ContactRow; emails: EmailRow; bounces: BounceRow };

const forget = (
  { bounces }: { bounces: Rows<BounceRow> },
  { data: { messageId } }: { data: { messageId: string } },
): void => bounces.removeWhere({ messageId });

export const contacts = defineProjection<ContactEvent | MessageEvent | AccountEvent, Tables>({
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
    DeliveryFailed: ({ bounces }, { data: { recipientKey, accountId, messageId, code }, metadata }) => {
      if (recipientKey !== null)
        bounces.put({ addressKey: recipientKey, accountId, messageId, code, at: new Date(metadata.at) });
    },
    MessageErased: forget,
    MessageDestroyed: forget,
    AccountRemoved: ({ bounces }, { data: { accountId } }) => bounces.removeWhere({ accountId }),
    ContactErased: (rows, { data: { contactId } }) => {
      rows.contacts.remove({ id: contactId });
      rows.emails.removeWhere({ contactId });
    },
  },
});
