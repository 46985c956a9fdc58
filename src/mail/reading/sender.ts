import { createRequire } from 'node:module';
import { getDomain, getDomainWithoutSuffix } from 'tldts';

const freeMail: ReadonlySet<string> = new Set(createRequire(import.meta.url)('email-providers/all.json') as string[]);

/** Local parts of addresses that take no answer, alone or with a suffix such as `bounce+123`. */
const NOBODY =
  /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|nie[-_.]?odpowiadaj|mailer[-_.]?daemon|postmaster|bounces?|daemon|root|nobody|notifications?|alerts?)(?:[-_.+].*)?$/i;

interface Sender {
  address: string;
  name: string;
  /** the registrable domain (publicsuffix.org), else the domain of the address */
  domain: string;
  /** the company's domain and name; null for free mail */
  company: { domain: string; name: string } | null;
}

export const domainOf = (address: string): string => {
  const host = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return getDomain(host) ?? host;
};

export const isFreeMail = (address: string): boolean => {
  const host = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return freeMail.has(host) || freeMail.has(domainOf(address));
};

/** The part of a message that names its sender. */
interface Written {
  from: { name: string; address: string } | null;
}

/** The part of a received message that decides whether its sender becomes a contact. */
interface Received extends Written {
  /** the kind of automatic mail; null: written by a person */
  automatic: string | null;
  reactions: ContactReactions;
}

interface ContactReactions {
  createContacts: boolean;
  createContactsFrom: 'people' | 'everyone';
}

/** The sender of a message; null when its address is missing or invalid. */
export function senderOf({ from }: Written): Sender | null {
  const address = from?.address.trim() ?? '';
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) return null;
  const domain = domainOf(address);
  const label = getDomainWithoutSuffix(domain) ?? domain;
  const company = isFreeMail(address) ? null : { domain, name: label.charAt(0).toUpperCase() + label.slice(1) };
  return { address, name: from?.name.trim() || address.slice(0, address.lastIndexOf('@')), domain, company };
}

/** True if a received message makes its sender a contact, judged by the message alone. */
export function becomesContact(data: Received, { createContacts, createContactsFrom } = data.reactions): boolean {
  if (!createContacts) return false;
  const sender = senderOf(data);
  if (sender === null) return false;
  if (createContactsFrom === 'everyone') return true;
  return data.automatic === null && !NOBODY.test(sender.address.slice(0, sender.address.lastIndexOf('@')));
}
