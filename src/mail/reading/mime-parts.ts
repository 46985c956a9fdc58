import { decodeText } from './charset.js';
import { unflowed } from './flowed.js';
import { type Headers, readHeaders, structured } from './mime-headers.js';
import { transferDecoded } from './transfer-encoding.js';

/** One part in the bytes of a message. Names as in imapflow's BODYSTRUCTURE, so that `attachments.ts` reads both. */
export interface Part {
  type: string;
  parameters: Record<string, string>;
  encoding: string;
  disposition?: string;
  dispositionParameters: Record<string, string>;
  id?: string;
  /** octets of the encoded body */
  size: number;
  /** offset of the body in `source` */
  start: number;
  /** absent: the message */
  source?: Buffer;
  childNodes?: Part[];
  /** the content of an opened file, such as winmail.dat, which stands for the file */
  inside?: Inside;
  /** the file protects a message that cannot be read here */
  unreadable?: 'signed' | 'encrypted';
}

export interface Inside {
  kind: 'tnef' | 'signed' | 'compressed';
  root: Part;
}

export interface PartLimits {
  /** maximum parts of a message, all levels together */
  parts: number;
  /** maximum levels of nested multiparts */
  depth: number;
}

export const partLimits: PartLimits = { parts: 1000, depth: 50 };
/** Maximum candidates for a delimiter, all levels together: each costs time, and real mail has far fewer. */
const MAX_DELIMITERS = 20_000;

interface Budget {
  parts: number;
  delimiters: number;
  cut: boolean;
}

/**
 * Reads the part tree of a message. Parts beyond the limits stay undivided in the surrounding body, and `cut` is true.
 * @param bodyBytes number of bytes after the header block to read
 */
export function readParts(
  raw: Buffer,
  limits = partLimits,
  bodyBytes = Infinity,
): { root: Part; headers: Headers; cut: boolean } {
  const budget: Budget = { parts: limits.parts, delimiters: MAX_DELIMITERS, cut: false };
  const { headers, bodyStart } = readHeaders(raw, 0, raw.length);
  const end = Math.min(raw.length, bodyStart + bodyBytes);
  const root = readPart(raw, headers, bodyStart, end, 'text/plain', limits.depth, budget);
  return { root, headers, cut: budget.cut };
}

/** Media types (RFC 6838 §4.2), and those of no standard. */
const TYPE =
  /^(?:multipart\/\S+|(?:text|message|application|image|audio|video|font|model|chemical|x-[\w-]+)\/[\w.+-]+)$/;

function readPart(
  raw: Buffer,
  headers: Headers,
  start: number,
  end: number,
  defaultType: string,
  depth: number,
  budget: Budget,
): Part {
  const { value, parameters } = structured(headers.first('content-type') ?? defaultType);
  const disposition = headers.first('content-disposition');
  const { value: dispositionValue, parameters: dispositionParameters } = structured(disposition ?? '');
  const part: Part = {
    // An invalid type counts as plain text (RFC 2045 §5.2).
    type: value === '' ? defaultType : TYPE.test(value) ? value : 'text/plain',
    parameters,
    encoding: structured(headers.first('content-transfer-encoding') ?? '7bit').value,
    ...(dispositionValue ? { disposition: dispositionValue } : {}),
    dispositionParameters,
    id: headers.first('content-id'),
    size: end - start,
    start,
  };
  if (part.type === 'message/rfc822' && depth > 0 && isPlainlyEncoded(part)) {
    const inner = readHeaders(raw, start, end);
    part.childNodes = [readPart(raw, inner.headers, inner.bodyStart, end, 'text/plain', depth - 1, budget)];
  }
  if (!part.type.startsWith('multipart/')) return part;
  if (depth === 0) budget.cut = true;
  if (depth === 0) return asText(part);
  const childType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  for (const find of [() => parameters['boundary'], () => guessedBoundary(raw, start, end)]) {
    const boundary = find();
    part.childNodes = [];
    for (const [childStart, childEnd] of boundary ? sections(raw, start, end, boundary, budget) : []) {
      if (budget.parts === 0) budget.cut = true;
      if (budget.parts === 0) break;
      budget.parts -= 1;
      const child = readHeaders(raw, childStart, childEnd, true);
      part.childNodes.push(readPart(raw, child.headers, child.bodyStart, childEnd, childType, depth - 1, budget));
    }
    if (part.childNodes.length > 0 || budget.cut) return part;
  }
  return asText(part);
}

/** Octets in which the first part begins. */
const GUESS_BYTES = 16 * 1024;
/** The first line that looks like a delimiter before the header of a part: some programs declare another boundary. */
const guessedBoundary = (raw: Buffer, start: number, end: number): string | undefined =>
  /(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\ncontent-[a-z-]+:/i.exec(
    raw.toString('latin1', start, Math.min(end, start + GUESS_BYTES)),
  )?.[1];

/** An embedded message must not be encoded (RFC 2046 §5.2.1); an encoded one is listed, not shown. */
const isPlainlyEncoded = ({ encoding }: Part): boolean => ['7bit', '8bit', 'binary', ''].includes(encoding);

/** A multipart without any delimiter is shown as its raw text. */
const asText = ({ childNodes: _, ...part }: Part): Part => ({ ...part, type: 'text/plain', parameters: {} });

/** Yields the sections of a multipart (RFC 2046 §5.1.1). Without a closing delimiter, the last one ends at `end`. */
function* sections(
  raw: Buffer,
  start: number,
  end: number,
  boundary: string,
  budget: Budget,
): Generator<[start: number, end: number]> {
  const delimiter = Buffer.from(`--${boundary}`);
  let open = -1;
  for (let at = raw.indexOf(delimiter, start); at !== -1 && at < end; at = raw.indexOf(delimiter, at + 1)) {
    if (budget.delimiters === 0) budget.cut = true;
    if (budget.delimiters === 0) break;
    budget.delimiters -= 1;
    if (at !== start && raw[at - 1] !== 10) continue;
    const after = at + delimiter.length;
    const closing = raw[after] === 45 && raw[after + 1] === 45;
    const lineEnd = raw.indexOf(10, after);
    const rest = raw.toString(
      'latin1',
      closing ? after + 2 : after,
      Math.min(lineEnd === -1 ? end : lineEnd, after + 200),
    );
    if (rest.trim() !== '') continue;
    if (open !== -1) yield [open, Math.max(open, at - (raw[at - 2] === 13 ? 2 : 1))];
    if (closing || lineEnd === -1) return;
    open = lineEnd + 1;
  }
  if (open !== -1 && open <= end) yield [open, end];
}

/** Text of a part, from at most `maxBytes` encoded octets. */
export function partText(raw: Buffer, part: Part, maxBytes = Infinity): string {
  const encoded = encodedBytes(raw, part, Math.min(part.size, maxBytes));
  const { bytes, rest } = transferDecoded(encoded, part.encoding);
  const text = decodeText(bytes, part.parameters['charset'], true);
  const whole = rest === undefined ? text : `${text}\n${decodeText(rest, undefined)}`;
  const { format, delsp } = part.parameters;
  return part.type === 'text/plain' && format?.toLowerCase() === 'flowed'
    ? unflowed(whole, delsp?.toLowerCase() === 'yes')
    : whole;
}

/** The octets of a part as the sender had them, byte for byte. */
export const partBytes = (raw: Buffer, part: Part): Buffer =>
  transferDecoded(encodedBytes(raw, part, part.size), part.encoding).bytes;

const encodedBytes = (raw: Buffer, { source = raw, start }: Part, length: number): Buffer =>
  source.subarray(start, start + length);
