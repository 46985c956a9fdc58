import { XMLParser } from 'fast-xml-parser';
import { filledIn, type MailAddress, NO_OFFERS, type Offer, type Offers, type Side } from './offer.js';

type Element = { [name: string]: unknown };

/** Entities stay unresolved, and every element becomes an array, because a file may repeat any element. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  processEntities: false,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

const MAX_SERVERS = 8;
const MAX_LOGIN_LENGTH = 254;
const PROTOCOL = { incoming: 'imap', outgoing: 'smtp' } as const;
const SECURITY: Record<string, Offer['security']> = { SSL: 'tls', STARTTLS: 'starttls', plain: 'none' };
/** Authentication methods that need a password. */
const BY_PASSWORD: ReadonlySet<string> = new Set(['password-cleartext', 'plain', 'password-encrypted', 'secure']);

/**
 * The servers of a `config-v1.1.xml`, in the order of the file; none for any other text.
 * https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html
 * @param isKnown true for the host of a known provider: detection knows its way to sign in, also one without a password
 */
export function readAutoconfig(xml: string, mailbox: MailAddress, isKnown: (host: string) => boolean): Offers {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) return NO_OFFERS;
  let root: Element;
  try {
    root = parser.parse(xml) as Element;
  } catch {
    return NO_OFFERS;
  }
  const providers = elements(root, 'clientConfig').flatMap((config) => elements(config, 'emailProvider'));
  const offers = (side: Side): Offer[] =>
    providers
      .flatMap((provider) => elements(provider, `${side}Server`))
      .filter((server) => server['@type'] === PROTOCOL[side])
      .flatMap((server) => offered(server, mailbox, isKnown))
      .slice(0, MAX_SERVERS);
  return { incoming: offers('incoming'), outgoing: offers('outgoing') };
}

function offered(server: Element, mailbox: MailAddress, isKnown: (host: string) => boolean): Offer[] {
  const host = filledIn(texts(server, 'hostname')[0] ?? '', mailbox);
  const port = Number(texts(server, 'port')[0]);
  const security = SECURITY[texts(server, 'socketType')[0] ?? ''];
  if (host === '' || !Number.isInteger(port) || port < 1 || port > 65535 || security === undefined) return [];
  const methods = texts(server, 'authentication');
  if (methods.length > 0 && !methods.some((method) => BY_PASSWORD.has(method)) && !isKnown(host)) return [];
  const login = filledIn(texts(server, 'username')[0] ?? '', mailbox);
  return [{ host, port, security, login: isLogin(login) ? login : null }];
}

const isLogin = (text: string): boolean => /^[^\p{Cc}\u2028\u2029]+$/u.test(text) && text.length <= MAX_LOGIN_LENGTH;

function children(parent: Element, name: string): unknown[] {
  const found = Object.hasOwn(parent, name) ? parent[name] : undefined;
  return Array.isArray(found) ? (found as unknown[]) : [];
}

const elements = (parent: Element, name: string): Element[] =>
  children(parent, name).filter((child): child is Element => typeof child === 'object' && child !== null);

/** The parser gives an element with attributes as an object, one without as a string. */
const texts = (parent: Element, name: string): string[] =>
  children(parent, name)
    .map((child) => (typeof child === 'object' && child !== null ? (child as Element)['#text'] : child))
    .map((text) => (typeof text === 'string' ? text.trim() : ''));
