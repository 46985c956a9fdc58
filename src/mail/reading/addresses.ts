import parseAddresses from 'nodemailer/lib/addressparser';
import { cleanLine } from '../../platform/database/clean-text.js';
import { decodeWords } from './encoded-words.js';

/** A person in a header field. One of the two texts may be empty: some senders write only a name. */
export interface Address {
  name: string;
  address: string;
}

interface Parsed {
  name?: string;
  address?: string;
}

const MAX_ADDRESSES = 500;
const MAX_FIELD = 128 * 1024;
/** A mailbox of the sender's own machine: `root (Cron Daemon)`. */
const LOCAL = /^\s*([^\s@<>()",;:=]+)\s*(?:\(([^()]*)\))?\s*$/;

const LOCAL_NAME = /^[^\s@<>()",;:=]+$/;
/** Some servers complete the empty group of hidden recipients with their name: `undisclosed-recipients:;@host`. */
const EMPTY_GROUP = /:\s*(?:;@[^\s,;<>]*|@[^\s,;<>]*;)/g;
/** Also as an address: `<Undisclosed Recipients@host>`. */
const HIDDEN_RECIPIENTS = /<undisclosed[ -]recipients?(?:@[^\s<>,;]*|:;)>/gi;

/** Some programs write links: `<anna@firm.test<mailto:anna@firm.test>>` or `<mailto:anna@firm.test>`. */
const LINK_BEHIND = /(?<=[^\s<>]@[^\s<>]{1,255})<mailto:[^<>]{0,320}>/gi;
const LINK = /<mailto:/gi;

/** A name in brackets that are empty is not a mailbox: `Brokers<>`. */
const EMPTY_BRACKETS = /^\s*([^\s@<>()",;:=]+)\s*<>\s*$/;
/** A missing comma behind an address in brackets; some senders write a colon there to hide the first address. */
const MISSING_COMMA =
  /(?<=<[^<>"@\s]{1,255}@[^<>"@\s]{1,255}>)[\s:]+(?=(?:[^,;<>()"]|"[^"]{0,200}"){0,200}<[^<>"@\s]{1,255}@)/g;
const ADDRESSES_ALONE = /^\s*[^\s@<>()",;:]+@[^\s@<>()",;:]+(?:\s+[^\s@<>()",;:]+@[^\s@<>()",;:]+)+\s*$/;

/** Addresses of a field in their order, groups flattened (RFC 5322 §3.4). */
export function addressesIn(field: string): Address[] {
  const [, local, comment = ''] = LOCAL.exec(field.slice(0, 1000)) ?? [];
  if (local !== undefined) return addressesOf([{ name: comment, address: local }]);
  const [, name] = EMPTY_BRACKETS.exec(field.slice(0, 1000)) ?? [];
  if (name !== undefined) return addressesOf([{ name }]);
  const parsed = parseAddresses(tolerated(field.slice(0, MAX_FIELD)), { flatten: true });
  return addressesOf(parsed.slice(0, MAX_ADDRESSES).map(withLocalAddress));
}

/** The field without the usual mistakes. */
function tolerated(field: string): string {
  const named = field.replace(EMPTY_GROUP, ':;');
  if (!named.includes('<')) return ADDRESSES_ALONE.test(named) ? named.trim().replace(/\s+/g, ', ') : named;
  return named.replace(HIDDEN_RECIPIENTS, '').replace(LINK_BEHIND, '').replace(LINK, '<').replace(MISSING_COMMA, ', ');
}

/** In a list too, one word without a domain is a mailbox of the sender's own machine. */
const withLocalAddress = (parsed: Parsed): Parsed =>
  !parsed.address && LOCAL_NAME.test(parsed.name ?? '') ? { address: parsed.name! } : parsed;

/** Encoded words are decoded after the parsing: their text may contain commas and brackets (RFC 2047 §6.2). */
export const addressesOf = (parsed: readonly Parsed[] | undefined): Address[] =>
  (parsed ?? [])
    .slice(0, MAX_ADDRESSES)
    .map(({ name, address }) => ({
      name: cleanLine(decodeWords(name ?? ''), 200),
      address: cleanLine(address ?? '', 320),
    }))
    .filter(({ name, address }) => name !== '' || address !== '');
