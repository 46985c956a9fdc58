import { domainToASCII, domainToUnicode } from 'node:url';

/** A host name in ASCII and lower case, without a trailing dot: the usual one, which needs no conversion. */
const PLAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const HOST = /^[\p{L}\p{M}\p{N}._\-\u00b7\u3002\uff0e\uff61]+$/u;
/** RFC 5322 §3.2.3 with RFC 6532 §3.2 */
const DOT_ATOM = /^[^\s"(),.:;<>@[\\\]]+(?:\.[^\s"(),.:;<>@[\\\]]+)*$/;

/**
 * The one spelling of a domain: A-labels (RFC 5890 §2.3.2.1) in lower case, without a trailing dot. `Żółw.PL.` and
 * `xn--w-uga1v8h.pl` are one domain. A text that is no host name is only put into lower case.
 */
export function normalDomain(written: string): string {
  const host = written.trim().toLowerCase();
  if (PLAIN.test(host)) return host;
  const ascii = HOST.test(host) ? domainToASCII(host) || host : host;
  return ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
}

/** A normal domain, and the spelling with U-labels (RFC 5890 §2.3.2.1) under which earlier releases kept an IDN. */
export const domainSpellings = (normal: string): string[] => [...new Set([normal, domainToUnicode(normal) || normal])];

/** `"jan.k"` and `jan.k` are one local part (RFC 5321 §4.1.2). */
function unquoted(local: string): string {
  const text = /^"(.*)"$/s.exec(local)?.[1]?.replace(/\\(.)/gs, '$1');
  return text !== undefined && DOT_ATOM.test(text) ? text : local;
}

/** An address with the one spelling of its domain; the local part as written, without needless quotation marks. */
export function tidyAddress(written: string): string {
  const address = written.trim();
  const at = address.lastIndexOf('@');
  return at === -1 ? address : `${unquoted(address.slice(0, at))}@${normalDomain(address.slice(at + 1))}`;
}

/** An address as written, but without a dot at its end. For logins: servers know the spelling of the person. */
export const withoutFinalDot = (written: string): string => written.trim().replace(/\.$/, '');

/** The one spelling of an address for comparisons: `tidyAddress` in lower case. No server tells letter cases apart. */
export const normalAddress = (written: string): string => tidyAddress(written).normalize('NFC').toLowerCase();

/** True for an address that earlier releases may have kept under another spelling than mail uses today. */
export const hasOtherSpellings = (written: string): boolean =>
  written.trim().toLowerCase() !== normalAddress(written) || /[@.]xn--/.test(normalAddress(written));

/**
 * Spellings of an address under which earlier releases kept it, in lower case: those told an IDN from its A-labels, and
 * a trailing dot and quotation marks from an address without them. Without `normalAddress` itself.
 */
export function earlierSpellings(written: string): string[] {
  const normal = normalAddress(written);
  const at = normal.lastIndexOf('@');
  const local = normal.slice(0, at);
  const domain = normal.slice(at + 1);
  const locals = local.startsWith('"') ? [local] : [local, `"${local}"`];
  const domains = [domain, domainToUnicode(domain)].filter(Boolean).flatMap((each) => [each, `${each}.`]);
  const all = [written.trim().toLowerCase(), ...locals.flatMap((one) => domains.map((other) => `${one}@${other}`))];
  return at === -1 ? [] : [...new Set(all)].filter((each) => each !== normal);
}
