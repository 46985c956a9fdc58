import { createRequire } from 'node:module';
import { domainToUnicode } from 'node:url';
import { getDomain, getDomainWithoutSuffix, parse } from 'tldts';
import { freeMailDomains } from '../detection/providers.js';
import { normalDomain, tidyAddress } from './normal-address.js';

/** One list: that of a package, and the domains that the known providers give to anybody. */
const freeMail: ReadonlySet<string> = new Set([
  ...(createRequire(import.meta.url)('email-providers/all.json') as string[]),
  ...freeMailDomains,
]);

/** Local parts of addresses that take no answer, alone or with a suffix such as `bounce+123` (VERP). */
const NOBODY =
  /^(?:x[-_.]?)?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|nie[-_.]?odpowiadaj|mailer[-_.]?daemon|postmaster|bounces?|daemon|root|nobody|notifications?|alerts?|(?:msprvs|prvs|srs[01])(?==))\d*(?:[-_.+=].*)?$|^[^=@]*-[^=@]+=[^=@]+\.[a-z]{2,}$/i;

interface Sender {
  address: string;
  name: string;
  /** the registrable domain (publicsuffix.org), else the domain of the address */
  domain: string;
  /** the company's domain and name; null for free mail */
  company: { domain: string; name: string } | null;
}

const hostOf = (address: string): string => normalDomain(address.slice(address.lastIndexOf('@') + 1));

/**
 * The domain of an organisation: registrable, with the private suffixes of publicsuffix.org, under which each customer
 * is another organisation (`alfa.krakow.pl`). Else the host itself.
 */
export function domainOf(address: string): string {
  const host = hostOf(address);
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

export const isFreeMail = (address: string): boolean => {
  const host = hostOf(address);
  return freeMail.has(host) || freeMail.has(domainOf(host));
};

/** False for IP addresses, names of the local network, and suffixes under which many organisations are. */
const isOrganisation = (host: string): boolean => {
  const { domain, isIp } = parse(host, { allowPrivateDomains: true });
  return isIp !== true && domain !== null;
};

interface Person {
  name: string;
  address: string;
}

/** The part of a message that names its author. */
interface Written {
  from: Person | null;
  replyTo: readonly Person[] | null;
  /** field with the author; `own`: the organisation itself */
  author: 'from' | 'reply-to' | 'own';
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

/** The author of a message; null for own mail, and when the address is missing or invalid. */
export function senderOf({ from, replyTo, author }: Written): Sender | null {
  if (author === 'own') return null;
  const person = author === 'reply-to' ? replyTo?.[0] : from;
  const address = tidyAddress(person?.address ?? '');
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) return null;
  const domain = domainOf(address);
  const label = domainToUnicode(getDomainWithoutSuffix(domain, { allowPrivateDomains: true }) ?? domain);
  const isCompany = isOrganisation(hostOf(address)) && !isFreeMail(address);
  const company = isCompany ? { domain, name: label.charAt(0).toUpperCase() + label.slice(1) } : null;
  return { address, name: personName(person!.name, address), domain, company };
}

/**
 * The name of a person as the CRM shows it: without quotation marks and "via" of a mailing list. An address in the
 * place of a name would let a sender pass for somebody else; the local part replaces it.
 */
function personName(written: string, address: string): string {
  const name = written
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .replace(/\s+(?:via|przez)\s+.+$/i, '')
    .trim();
  return name === '' || /\S@\S/.test(name) ? address.slice(0, address.lastIndexOf('@')) : name;
}

/** True if a received message makes its sender a contact, judged by the message alone. */
export function becomesContact(data: Received, { createContacts, createContactsFrom } = data.reactions): boolean {
  if (!createContacts || data.automatic === 'report') return false;
  const sender = senderOf(data);
  if (sender === null) return false;
  if (createContactsFrom === 'everyone') return true;
  return data.automatic === null && !NOBODY.test(sender.address.slice(0, sender.address.lastIndexOf('@')));
}
