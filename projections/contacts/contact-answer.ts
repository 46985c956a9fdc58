import type { Access } from '../../src/access/access.js';
import type { SelectedContact } from './select-contacts.js';
import { within } from '../../src/access/mail-scope.js';

/** The mail that a contact was learned from. */
export class SourceAnswer {
  messageId!: string;
  accountId!: string;
}

export class ContactAnswer {
  id!: string;
  /** null where its key was destroyed */
  name!: string | null;
  emails!: string[];
  companyId!: string | null;
  /** null also for those who may not use the account that the mail came to */
  source!: SourceAnswer | null;
  /** for `If-Match` */
  revision!: number;
}

export class ContactPage {
  items!: ContactAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}

/** @param mail whose mail the caller may read */
export const toContact =
  (mail: 'all' | readonly string[]) =>
  ({ id, name, emails, companyId, source, revision }: SelectedContact): ContactAnswer => ({
    id,
    name,
    emails,
    companyId,
    source: source && within(mail, source.accountId) ? source : null,
    revision,
  });

/** The mail of an account that was removed is shown to nobody. */
export async function withoutRemoved(access: Access, contacts: readonly ContactAnswer[]): Promise<ContactAnswer[]> {
  const removed = await access.removedOf(contacts.flatMap(({ source }) => source?.accountId ?? []));
  return contacts.map((one) => (one.source && removed.includes(one.source.accountId) ? { ...one, source: null } : one));
}
