import { decodeWords } from './encoded-words.js';
import type { Headers } from './mime-headers.js';
import { normalAddress } from './normal-address.js';

/** Fields without people: ids, signatures, dates, and the subject. */
const WITHOUT_PEOPLE =
  /^(?:(?:resent-)?message-id|in-reply-to|references|content-.*|mime-version|subject|thread-.*|(?:resent-)?date|arc-.*|dkim-.*|domainkey-.*|x-google-.*|x-gm-.*|x-ms-exchange-.*|x-microsoft-.*|x-forefront-.*|list-id|user-agent|x-mailer)$/;

const MAX_LOCAL = 320;
const MAX_DOMAIN = 255;
/** A fact is at most 1 MiB; each address takes 35 bytes of it. */
const MAX_PEOPLE = 10_000;
/** Maximum signs `@` of a header that are looked at: each costs time, and real mail has far fewer. */
const MAX_SIGNS = 20_000;

/**
 * All addresses in the header of a message, in normal form, each once and at most 10,000: in every field that may name
 * people, wherever in the field, also within display names and comments.
 */
export function everyAddress(headers: Headers): string[] {
  const found = new Set<string>();
  let signs = 0;
  for (const [name, value] of headers) {
    if (!/@|=\?/.test(value) || WITHOUT_PEOPLE.test(name)) continue;
    const text = decodeWords(value);
    for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
      if (++signs > MAX_SIGNS || found.size >= MAX_PEOPLE) return [...found];
      for (const written of addressesAround(text, at)) found.add(normalAddress(written));
    }
  }
  return [...found];
}

const BOUNDARY = /[\s\p{Cc}<>(),;:"[\]\\]/u;

/** The address around an `@`. A local part with `=`, as in `for=jan@x.example`, gives a second one. */
function addressesAround(text: string, at: number): string[] {
  const domain = domainAfter(text, at);
  const local = domain === '' ? '' : localBefore(text, at);
  if (local === '') return [];
  const bare = local.startsWith('"') ? local : local.slice(local.lastIndexOf('=') + 1).replace(/^['`*]+/, '');
  return (bare === '' || bare === local ? [local] : [local, bare]).map((each) => `${each}@${domain}`);
}

/** Spaces around `@` are obsolete, and still written (RFC 5322 §4.4). */
function domainAfter(text: string, at: number): string {
  const rest = text.slice(at + 1, at + 1 + MAX_DOMAIN).trimStart();
  if (rest.startsWith('[')) return rest.slice(0, rest.indexOf(']') + 1);
  const end = rest.search(/[\s\p{Cc}<>(),;:"[\]\\@'`*=]/u);
  return (end === -1 ? rest : rest.slice(0, end)).replace(/[!?…]+$/, '');
}

function localBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - MAX_LOCAL), at).trimEnd();
  if (before.endsWith('"')) return before.slice(openingQuote(before));
  let start = before.length;
  while (start > 0 && before[start - 1] !== '@' && !BOUNDARY.test(before[start - 1]!)) start--;
  return before.slice(start);
}

/** Index of the quotation mark that belongs to the last one; the length without any. */
function openingQuote(text: string): number {
  for (let at = text.length - 2; at >= 0; at--) if (text[at] === '"' && text[at - 1] !== '\\') return at;
  return text.length;
}
