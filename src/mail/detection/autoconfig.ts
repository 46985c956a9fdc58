import { XMLParser } from 'fast-xml-parser';
import { filledIn, type Offer, type Offers, type Side, type Whose } from './offer.js';

type Element = { [name: string]: unknown };

/** No entity means anything here, and every element is a list: what a file repeats is no surprise. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  processEntities: false,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

const MOST_SERVERS = 8;
const LONGEST_LOGIN = 254;
const PROTOCOL = { incoming: 'imap', outgoing: 'smtp' } as const;
const SECURITY: Record<string, Offer['security']> = { SSL: 'tls', STARTTLS: 'starttls', plain: 'none' };
/** Ways to log in that come down to a password. */
const BY_PASSWORD: ReadonlySet<string> = new Set(['password-cleartext', 'plain', 'password-encrypted', 'secure']);

/**
 * The servers of a `config-v1.1.xml` in its order. None when it is no such file.
 * https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html
 * @param known hosts whose way to sign in is known otherwise: they may be without a password
 */
export function readAutoconfig(xml: string, whose: Whose, known: (host: string) => boolean): Offers {
  const nothing: Offers = { incoming: [], outgoing: [] };
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) return nothing;
  let root: Element;
  try {
    root = parser.parse(xml) as Element;
  } catch {
    return nothing;
  }
  const providers = elements(root, 'clientConfig').flatMap((config) => elements(config, 'emailProvider'));
  const offers = (side: Side): Offer[] =>
    providers
      .flatMap((provider) => elements(provider, `${side}Server`))
      .filter((server) => server['@type'] === PROTOCOL[side])
      .flatMap((server) => offered(server, whose, known))
      .slice(0, MOST_SERVERS);
  return { incoming: offers('incoming'), outgoing: offers('outgoing') };
}

function offered(server: Element, whose: Whose, known: (host: string) => boolean): Offer[] {
  const host = filledIn(texts(server, 'hostname')[0] ?? '', whose);
  const port = Number(texts(server, 'port')[0]);
  const security = SECURITY[texts(server, 'socketType')[0] ?? ''];
  if (host === '' || !Number.isInteger(port) || port < 1 || port > 65535 || security === undefined) return [];
  const ways = texts(server, 'authentication');
  if (ways.length > 0 && !ways.some((way) => BY_PASSWORD.has(way)) && !known(host)) return [];
  const login = filledIn(texts(server, 'username')[0] ?? '', whose);
  return [{ host, port, security, login: isLogin(login) ? login : null }];
}

const isLogin = (text: string): boolean => /^[^\p{Cc}\u2028\u2029]+$/u.test(text) && text.length <= LONGEST_LOGIN;

function children(parent: Element, name: string): unknown[] {
  const found = Object.hasOwn(parent, name) ? parent[name] : undefined;
  return Array.isArray(found) ? (found as unknown[]) : [];
}

const elements = (parent: Element, name: string): Element[] =>
  children(parent, name).filter((child): child is Element => typeof child === 'object' && child !== null);

/** Of elements with or without attributes. */
const texts = (parent: Element, name: string): string[] =>
  children(parent, name)
    .map((child) => (typeof child === 'object' && child !== null ? (child as Element)['#text'] : child))
    .map((text) => (typeof text === 'string' ? text.trim() : ''));
