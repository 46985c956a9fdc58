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

/** Addresses of a field in their order, groups flattened (RFC 5322 §3.4). */
export function addressesIn(field: string): Address[] {
  const [, local, comment = ''] = LOCAL.exec(field.slice(0, 1000)) ?? [];
  if (local !== undefined) return addressesOf([{ name: comment, address: local }]);
  return addressesOf(parseAddresses(field.slice(0, MAX_FIELD), { flatten: true }));
}

/** Encoded words are decoded after the parsing: their text may contain commas and brackets (RFC 2047 §6.2). */
export const addressesOf = (parsed: readonly Parsed[] | undefined): Address[] =>
  (parsed ?? [])
    .slice(0, MAX_ADDRESSES)
    .map(({ name, address }) => ({
      name: cleanLine(decodeWords(name ?? ''), 200),
      address: cleanLine(address ?? '', 320),
    }))
    .filter(({ name, address }) => name !== '' || address !== '');
