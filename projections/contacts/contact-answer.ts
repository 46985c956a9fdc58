import type { Access } from '../../src/access/access.js';
import type { SelectedContact } from './select-contacts.js';
import { within } from '../../src/access/mail-scope.js';

/** Mail from which a contact was created. */
class SourceAnswer {
  /** Id of the message that made the contact. */
  messageId!: string;
  /** Id of the account of the message. */
  accountId!: string;
}

/** The last report that mail to an address of a contact did not arrive. */
class BounceAnswer {
  /** Mail address of the contact. */
  address!: string;
  /** ISO 8601 UTC: time of the report. */
  at!: string;
  /** Status code of RFC 3463, such as `5.1.1`; null: the report has none. */
  code!: string | null;
  /** Id of the message that did not arrive; null for callers without access to its account. */
  messageId!: string | null;
}

export class ContactAnswer {
  /** Id of the contact. */
  id!: string;
  /** Name of the contact; null once the person has been forgotten. */
  name!: string | null;
  /** Mail addresses of the contact. */
  emails!: string[];
  /** Id of the contact’s company; null: none. */
  companyId!: string | null;
  /** Message that made the contact; null for a contact made by hand, and for callers without access to its account. */
  source!: SourceAnswer | null;
  /** Addresses to which mail from here did not arrive, each with the last report; empty: none is known. */
  bounces!: BounceAnswer[];
  /** Revision of the contact, for `If-Match`. */
  revision!: number;
}

export class ContactPage {
  /** Contacts of this page, in the requested order. */
  items!: ContactAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

/** @param mail accounts with mail that the caller may read */
export const toContact =
  (mail: 'all' | readonly string[]) =>
  ({ id, name, emails, companyId, source, bounces, revision }: SelectedContact): ContactAnswer => ({
    id,
    name,
    emails,
    companyId,
    source: source && within(mail, source.accountId) ? source : null,
    bounces: bounces.map(({ accountId, messageId, at, ...bounce }) => ({
      ...bounce,
      at: new Date(at).toISOString(),
      messageId: within(mail, accountId) ? messageId : null,
    })),
    revision,
  });

/** Hides mail of removed accounts. */
export async function withoutRemoved(access: Access, contacts: readonly ContactAnswer[]): Promise<ContactAnswer[]> {
  const removed = await access.removedOf(contacts.flatMap(({ source }) => source?.accountId ?? []));
  return contacts.map((one) => (one.source && removed.includes(one.source.accountId) ? { ...one, source: null } : one));
}
