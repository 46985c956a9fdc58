import { domainToASCII } from 'node:url';
import { tidyAddress } from '../reading/normal-address.js';
import type { Person } from './outgoing-message.js';

/** Why an address cannot stand in a message. */
export type AddressFault = 'not-an-address' | 'domain-not-valid' | 'too-long';

/** An address of a field of a message, by its place in the list. */
export interface InvalidAddress {
  field: string;
  index: number;
  reason: AddressFault;
}

/** RFC 5322 §3.2.3 with RFC 6532 §3.2, or a quoted string of visible characters (RFC 5321 §4.1.2). */
const LOCAL =
  /^(?:[^\s"(),.:;<>@[\\\]\p{Cc}\p{Cf}]+(?:\.[^\s"(),.:;<>@[\\\]\p{Cc}\p{Cf}]+)*|"(?:[ !#-[\]-~]|\\[ -~])*")$/u;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const LOCAL_BYTES = 64;
const DOMAIN_BYTES = 253;
const ADDRESS_BYTES = 254;
/** Everything from here on needs SMTPUTF8 (RFC 6531). */
const BEYOND_ASCII = /[^\0-\x7f]/;

/** All addresses of a field that cannot stand in a message. */
export const invalidAddresses = (field: string, people: readonly Person[]): InvalidAddress[] =>
  people.flatMap(({ address }, index) => {
    const reason = faultOf(address);
    return reason === null ? [] : [{ field, index, reason }];
  });

/** The address as messages and servers get it: with A-labels, unless its local part needs SMTPUTF8 anyway. */
export function sentAddress(written: string): string {
  const address = tidyAddress(written);
  return needsSmtpUtf8(address) ? written.trim() : address;
}

/** True when only a server with SMTPUTF8 takes the address: letters beyond ASCII in its local part. */
export const needsSmtpUtf8 = (address: string): boolean =>
  BEYOND_ASCII.test(address.slice(0, Math.max(address.lastIndexOf('@'), 0)));

function faultOf(written: string): AddressFault | null {
  const address = written.trim();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (at < 1 || domain === '' || !LOCAL.test(local)) return 'not-an-address';
  if (Buffer.byteLength(local) > LOCAL_BYTES) return 'too-long';
  const ascii = /[\s\p{Cc}\p{Cf}]/u.test(domain) ? '' : domainToASCII(domain);
  if (ascii === '' || !ascii.split('.').every((label) => LABEL.test(label))) return 'domain-not-valid';
  return ascii.length > DOMAIN_BYTES || Buffer.byteLength(local) + 1 + ascii.length > ADDRESS_BYTES ? 'too-long' : null;
}
