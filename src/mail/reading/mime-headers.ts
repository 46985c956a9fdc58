import { isAscii } from 'node:buffer';
import { decodeText } from './charset.js';
import { decodeWords } from './encoded-words.js';

/** Header fields of one part, unfolded, in their order (RFC 5322 §2.2). Names in lower case. */
export class Headers {
  constructor(private readonly fields: readonly (readonly [name: string, value: string])[]) {}

  /** The first field of this name. For fields that may occur once, further ones are ignored. */
  first(name: string): string | undefined {
    return this.fields.find(([field]) => field === name)?.[1];
  }

  all(name: string): string[] {
    return this.fields.filter(([field]) => field === name).map(([, value]) => value);
  }

  [Symbol.iterator](): IterableIterator<readonly [name: string, value: string]> {
    return this.fields.values();
  }

  get isEmpty(): boolean {
    return this.fields.length === 0;
  }
}

/** Maximum octets of a header block; the rest counts as body. */
const MAX_HEADER_BYTES = 256 * 1024;

/**
 * The header block that begins at `start`, and where its body begins.
 * @param ofPart of a part the first line that is no header begins the body; of a message such lines are skipped, unless
 * it has no empty line at all
 */
export function readHeaders(
  raw: Buffer,
  start: number,
  end: number,
  ofPart = false,
): { headers: Headers; bodyStart: number } {
  const limit = Math.min(end, start + MAX_HEADER_BYTES);
  const bodyStart = endOfHeaders(raw, start, limit, ofPart) ?? endOfHeaders(raw, start, limit, true) ?? limit;
  const fields: (readonly [string, string])[] = [];
  for (const line of unfolded(decodeBlock(raw.subarray(start, bodyStart)))) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trimEnd();
    if (colon > 0 && /^[\x21-\x7e]+$/.test(name)) fields.push([name.toLowerCase(), line.slice(colon + 1).trim()]);
  }
  return { headers: new Headers(fields), bodyStart };
}

function endOfHeaders(raw: Buffer, start: number, limit: number, ofPart: boolean): number | undefined {
  let looks = MOST_LOOKS;
  for (let line = start; line < limit;) {
    const found = raw.indexOf(10, line);
    const lineEnd = found === -1 ? limit : Math.min(found, limit);
    if (lineEnd === line || (lineEnd === line + 1 && raw[line] === 13)) return Math.min(lineEnd + 1, limit);
    if (isBlank(raw, line, lineEnd) && !continues(raw, lineEnd + 1, limit)) return Math.min(lineEnd + 1, limit);
    if (ofPart && !isHeaderLine(raw.toString('latin1', line, Math.min(lineEnd, line + LONGEST_NAME)))) return line;
    if (raw[line] === DASH && raw[line + 1] === DASH && looks-- > 0 && isMultipart(raw, start, line)) return line;
    line = lineEnd + 1;
  }
  return undefined;
}

function isBlank(raw: Buffer, line: number, end: number): boolean {
  let at = line;
  while (at < end && (raw[at] === 32 || raw[at] === 9 || raw[at] === 13)) at += 1;
  return at === end;
}

/** True if the block goes on at `line`: a line of white space may stand within a folded field (RFC 5322 §4.2). */
function continues(raw: Buffer, line: number, limit: number): boolean {
  const start = raw.toString('latin1', line, Math.min(limit, line + LONGEST_NAME));
  return /^[\r\n]/.test(start) || isHeaderLine(start);
}

const LONGEST_NAME = 200;
/** A field, a continuation of one, or a parameter that should have been indented. */
const isHeaderLine = (line: string): boolean => /^(?:[\x21-\x39\x3b-\x7e]+\s*:|[ \t]|[\w*-]{1,40}=["\w-])/.test(line);

const DASH = 45;
/** at lines that may begin the first part: each reads the header block */
const MOST_LOOKS = 10;
/** The first part of a multipart follows its header block, in some messages without an empty line between. */
const isMultipart = (raw: Buffer, start: number, end: number): boolean =>
  /^content-type:\s*multipart\//im.test(raw.toString('latin1', start, end));

function unfolded(block: string): string[] {
  return (
    block
      .replace(/\r?\n(?=[ \t])/g, '')
      // Some programs do not indent a parameter.
      .replace(/;[ \t]*\r?\n(?=[\w*-]{1,40}=["\w-])/g, '; ')
      .split('\n')
      .map((line) => line.trimEnd())
  );
}

/** Headers should be ASCII or UTF-8 (RFC 6532 §3.2); older mail programs write bytes of the body's charset there. */
function decodeBlock(block: Buffer): string {
  if (isAscii(block)) return block.toString('latin1');
  const charset = /^content-type:[^\n]*(?:\n[ \t][^\n]*)*?charset="?([\w.:-]+)/im.exec(block.toString('latin1'))?.[1];
  return decodeText(block, charset);
}

/**
 * Parses `value; name=text; name*0*=utf-8''%20` (RFC 2045 §5.1, RFC 2231): value in lower case, parameters decoded. An
 * encoded parameter counts before a plain one of the same name. Semicolons that are missing before a parameter are
 * tolerated.
 */
export function structured(field: string): { value: string; parameters: Record<string, string> } {
  const bounded = separated(field.slice(0, 8192));
  const semicolon = bounded.indexOf(';');
  const value = (semicolon === -1 ? bounded : bounded.slice(0, semicolon)).replace(/\([^()]*\)/g, '').trim();
  const pieces = new Map<string, Piece[]>();
  for (const [, name = '', at, star, quoted, token] of (semicolon === -1 ? '' : bounded.slice(semicolon)).matchAll(
    parameter,
  )) {
    const text = quoted === undefined ? (token ?? '').trim() : quoted.replace(/\\(.)/g, '$1');
    const piece = { at: Number(at ?? 0), text, encoded: star === '*', continued: at !== undefined };
    const key = name.toLowerCase();
    pieces.set(key, [...(pieces.get(key) ?? []), piece]);
  }
  const parameters: Record<string, string> = {};
  for (const [name, parts] of pieces) parameters[name] = joined(parts);
  return { value: value.toLowerCase(), parameters };
}

interface Piece {
  at: number;
  text: string;
  encoded: boolean;
  continued: boolean;
}

const parameter = /;\s*([^\s=;*]+)(?:\*(\d+))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;

/** Inserts missing semicolons outside quotes, as in `text/plain charset=utf-8`. */
const separated = (field: string): string =>
  field.replace(
    /("(?:[^"\\]|\\.)*"|[^;\s"])\s+(?=(?:charset|boundary|name|filename|format|delsp|method)(?:\*\d*)*=)|"(?:[^"\\]|\\.)*"/gi,
    (found, before: string | undefined) => (before === undefined ? found : `${before}; `),
  );

function joined(all: readonly Piece[]): string {
  const extended = all.filter(({ encoded, continued }) => encoded || continued);
  const [first] = all as [Piece];
  if (extended.length === 0) return decodeWords(first.text);
  const ordered = extended.toSorted((a, b) => a.at - b.at);
  if (!ordered.some(({ encoded }) => encoded)) return decodeWords(ordered.map(({ text }) => text).join(''));
  const [, charset, start] = /^([^']*)'[^']*'(.*)$/s.exec(ordered[0]?.text ?? '') ?? [];
  const texts = ordered.map(({ text }, index) => (index === 0 && start !== undefined ? start : text));
  const bytes = texts.map((text, index) => (ordered[index]?.encoded ? percentDecoded(text) : Buffer.from(text)));
  return decodeText(Buffer.concat(bytes), charset || undefined);
}

function percentDecoded(text: string): Buffer {
  const latin1 = Buffer.from(text)
    .toString('latin1')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}
