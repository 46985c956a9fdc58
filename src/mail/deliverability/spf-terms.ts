import { isIP } from 'node:net';

/** One term of an SPF record (RFC 7208 §4.6.1). */
export type Term =
  | { kind: 'all'; qualifier: Qualifier }
  | { kind: 'include' | 'exists'; qualifier: Qualifier; domain: string }
  | { kind: 'ptr'; qualifier: Qualifier }
  | { kind: 'a' | 'mx'; qualifier: Qualifier; domain: string | null; bits4: number; bits6: number }
  | { kind: 'ip4' | 'ip6'; qualifier: Qualifier; range: [ip: string, bits: number] }
  | { kind: 'redirect'; domain: string };

type Qualifier = '+' | '-' | '~' | '?';

export const isSpf = (text: string): boolean => /^v=spf1( |$)/i.test(text);

const MECHANISM = /^([-+~?]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^\s]+?))?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/i;
const MODIFIER = /^([a-z][a-z0-9_.-]*)=(.*)$/i;

/** Terms in order; the first malformed term as a string instead. */
export function termsOf(record: string): Term[] | string {
  const terms: Term[] = [];
  for (const text of record.split(/ +/).slice(1).filter(Boolean)) {
    const term = modifierOf(text) ?? mechanismOf(text);
    if (term === undefined) return text;
    if (term !== 'unknown') terms.push(term);
  }
  return terms.filter(({ kind }) => kind === 'redirect').length > 1 ? 'redirect' : terms;
}

/** Unknown modifiers are allowed, and mean nothing (RFC 7208 §6). */
function modifierOf(text: string): Term | 'unknown' | undefined {
  const [, name, value] = MODIFIER.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (name.toLowerCase() !== 'redirect') return 'unknown';
  return value ? { kind: 'redirect', domain: value } : undefined;
}

function mechanismOf(text: string): Term | undefined {
  // In a literal IPv6 address, the last part behind a slash is its length.
  const [, sign, name, value, length4, length6] = MECHANISM.exec(text) ?? [];
  if (name === undefined) return undefined;
  const qualifier = (sign || '+') as Qualifier;
  const kind = name.toLowerCase() as Exclude<Term['kind'], 'redirect'>;
  const bits4 = Number(length4 ?? 32);
  const bits6 = Number(length6 ?? 128);
  switch (kind) {
    case 'all':
      return value === undefined && length4 === undefined ? { kind, qualifier } : undefined;
    case 'ptr':
      return { kind, qualifier };
    case 'include':
    case 'exists':
      return value === undefined ? undefined : { kind, qualifier, domain: value };
    case 'a':
    case 'mx':
      return bits4 > 32 || bits6 > 128 ? undefined : { kind, qualifier, domain: value ?? null, bits4, bits6 };
    case 'ip4':
    case 'ip6': {
      const most = kind === 'ip4' ? 32 : 128;
      const bits = Number(length4 ?? most);
      if (value === undefined || bits > most || isIP(value) !== Number(kind.slice(2))) return undefined;
      return { kind, qualifier, range: [value, bits] };
    }
    default:
      return kind satisfies never;
  }
}
