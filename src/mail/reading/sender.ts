import { createRequire } from 'node:module';
import { getDomain, getDomainWithoutSuffix } from 'tldts';
import type { MessageContent, Reactions } from '../../messages/message.events.js';

const freeMail: ReadonlySet<string> = new Set(createRequire(import.meta.url)('email-providers/all.json') as string[]);

/** Local parts of senders who read no answer, alone or with a suffix as in `bounce+123`. */
const NOBODY =
  /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|nie[-_.]?odpowiadaj|mailer[-_.]?daemon|postmaster|bounces?|daemon|root|nobody|notifications?|alerts?)(?:[-_.+].*)?$/i;

export interface Sender {
  address: string;
  name: string;
  /** registrable domain (publicsuffix.org), else the domain as it stands */
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

/** Who sent a message, if its address can be answered to. */
export function senderOf({ from }: Pick<MessageContent, 'from'>): Sender | null {
  const address = from?.address.trim() ?? '';
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) return null;
  const domain = domainOf(address);
  const label = getDomainWithoutSuffix(domain) ?? domain;
  const company = isFreeMail(address) ? null : { domain, name: label.charAt(0).toUpperCase() + label.slice(1) };
  return { address, name: from?.name.trim() || address.slice(0, address.lastIndexOf('@')), domain, company };
}

/** Whether a received mail makes its sender a contact, as far as the mail itself tells. */
export function becomesContact(
  data: MessageContent & { reactions: Reactions },
  { createContacts, createContactsFrom } = data.reactions,
): boolean {
  if (!createContacts) return false;
  const sender = senderOf(data);
  if (sender === null) return false;
  if (createContactsFrom === 'everyone') return true;
  return data.automatic === null && !NOBODY.test(sender.address.slice(0, sender.address.lastIndexOf('@')));
}
