import ipaddr from 'ipaddr.js';

/** Values of the macros of an SPF record (RFC 7208 §7.2). */
export interface MacroValues {
  /** mail address of the sender */
  sender: string;
  /** domain of the record in evaluation */
  domain: string;
  /** address of the outgoing server; undefined if it has none */
  ip: string | undefined;
  helo: string;
}

/** Replaces the macros of a domain specification (RFC 7208 §7). Null for a malformed one. */
export function expanded(specification: string, values: MacroValues): string | null {
  let malformed = false;
  const text = specification.replaceAll(/%(?:\{([a-z])(\d*)(r?)([-.+,/_=]*)\}|([%_-])|)/gi, (...match) => {
    const [, letter, digits, reverse, delimiters, escape] = match as (string | undefined)[];
    if (escape !== undefined) return escape === '%' ? '%' : escape === '_' ? ' ' : '%20';
    const value = letter === undefined ? undefined : valueOf(letter.toLowerCase(), values);
    if (value === undefined || digits === '0') {
      malformed = true;
      return '';
    }
    const parts = value.split(new RegExp(`[${(delimiters || '.').replaceAll(/[-/]/g, '\\$&')}]`));
    if (reverse) parts.reverse();
    return (digits ? parts.slice(-Number(digits)) : parts).join('.');
  });
  return malformed ? null : text;
}

function valueOf(letter: string, { sender, domain, ip, helo }: MacroValues): string | undefined {
  const at = sender.lastIndexOf('@');
  switch (letter) {
    case 's':
      return sender;
    case 'l':
      return sender.slice(0, at);
    case 'o':
      return sender.slice(at + 1);
    case 'd':
      return domain;
    case 'h':
      return helo;
    case 'p':
      return 'unknown';
    case 'i':
      return ip === undefined ? 'unknown' : dotted(ip);
    case 'v':
      return ip?.includes(':') ? 'ip6' : 'in-addr';
    default:
      return undefined;
  }
}

/** An IPv6 address is written as its 32 hexadecimal digits. */
function dotted(ip: string): string {
  const address = ipaddr.parse(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return [...Buffer.from(address.toByteArray()).toString('hex')].join('.');
}
