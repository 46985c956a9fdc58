/** A recipient as people write it; the address may be wrong. */
export interface Person {
  name: string;
  address: string;
}

export type AddressFault = 'no-at' | 'nothing-before' | 'no-domain' | 'not-allowed';

/** RFC 5322 §3.2.3 with RFC 6532 §3.2, or a quoted string. */
const LOCAL =
  /^(?:[^\s"(),.:;<>@[\\\]\p{Cc}\p{Cf}]+(?:\.[^\s"(),.:;<>@[\\\]\p{Cc}\p{Cf}]+)*|"(?:[ !#-[\]-~]|\\[ -~])*")$/u;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Why no mail can go to an address; undefined: it can. */
export function faultOf(written: string): AddressFault | undefined {
  const address = written.trim();
  const at = address.lastIndexOf('@');
  if (at < 0) return 'no-at';
  if (at === 0) return 'nothing-before';
  const domain = address.slice(at + 1);
  if (!isDomain(domain)) return 'no-domain';
  return LOCAL.test(address.slice(0, at)) && address.length <= 254 ? undefined : 'not-allowed';
}

function isDomain(domain: string): boolean {
  if (domain === '' || /[\s/?#:@\\]/.test(domain) || !URL.canParse(`http://${domain}`)) return false;
  const labels = new URL(`http://${domain}`).hostname.split('.');
  return labels.length > 1 && labels.every((label) => LABEL.test(label));
}

/**
 * The people in a text as mail programs and spreadsheets give them: `Anna Nowak <anna@example.com>, ben@example.com`,
 * with commas, semicolons, tabs or new lines between them. A piece without `@` belongs to the name behind it, because
 * some programs write `Nowak, Anna <anna@example.com>`.
 */
export function peopleIn(text: string): Person[] {
  const people: Person[] = [];
  let before = '';
  for (const { piece, separator } of piecesOf(text)) {
    if (piece === '') continue;
    const whole = before === '' ? piece : `${before}, ${piece}`;
    if (separator === ',' && !piece.includes('@')) {
      before = whole;
      continue;
    }
    before = '';
    people.push(...personOf(whole));
  }
  return before === '' ? people : [...people, ...personOf(before)];
}

/** True if the text ends a recipient: a person typed a comma, a semicolon or a new line after an address. */
export const endsRecipient = (text: string): boolean => /[,;\n\t]\s*$/.test(text) && text.includes('@');

function piecesOf(text: string): { piece: string; separator: string }[] {
  const pieces: { piece: string; separator: string }[] = [];
  let piece = '';
  let quoted = false;
  let bracketed = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    if (!quoted && (sign === '<' || sign === '>')) bracketed = sign === '<';
    if (!quoted && !bracketed && /[,;\n\r\t]/.test(sign)) {
      pieces.push({ piece: piece.trim(), separator: sign });
      piece = '';
    } else piece += sign;
  }
  return [...pieces, { piece: piece.trim(), separator: '' }];
}

function personOf(piece: string): Person[] {
  const [, name, address] = /^(.*)<\s*([^<>]*?)\s*>[^<>]*$/su.exec(piece) ?? [];
  if (address !== undefined) return [{ name: nameOf(name ?? ''), address: address.replace(/^mailto:/i, '') }];
  const words = piece.split(/\s+/);
  // Addresses with spaces between them.
  if (words.length > 1 && words.every((word) => word.includes('@'))) return words.flatMap(personOf);
  return [{ name: '', address: piece.replace(/^mailto:/i, '') }];
}

const nameOf = (written: string): string =>
  written
    .trim()
    .replace(/^"(.*)"$/su, '$1')
    .replaceAll(/\\(.)/gsu, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** People, each address once; the first one stays. */
export function withoutRepeated(people: readonly Person[]): Person[] {
  const seen = new Set<string>();
  return people.filter(({ address }) => {
    const key = address.trim().toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}

/** A person in one line, as `peopleIn` reads it again. */
export function lineOf({ name, address }: Person): string {
  if (name === '') return address;
  return /[",;<>@\\]/.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}" <${address}>` : `${name} <${address}>`;
}
