import { parameters, type Parameterized } from './mime-parameters.js';

export interface HeaderField {
  name: string;
  /** Unfolded, otherwise unchanged, as latin1. */
  value: string;
  /** The field with its line breaks. */
  raw: Buffer;
}

/** One node of the MIME tree (RFC 2045). All Buffers are views of the message's bytes. */
export interface MimePart {
  fields: HeaderField[];
  /** Including the empty line at its end. */
  header: Buffer;
  body: Buffer;
  type: string;
  subtype: string;
  parameters: Parameterized['parameters'];
  disposition?: Parameterized;
  /** The parts of a multipart. */
  children: MimePart[];
  /** The message inside a message/rfc822. */
  embedded?: MimePart;
}

const MAX_DEPTH = 50;

export function parseMime(raw: Buffer, defaultType = 'text/plain', depth = 0): MimePart {
  const headerEnd = endOfHeader(raw);
  const [header, body] = [raw.subarray(0, headerEnd), raw.subarray(headerEnd)];
  const fields = splitFields(header);
  const declared = field(fields, 'content-type');
  const content = parameters(declared ?? defaultType);
  const known = /^([^\s/;]+)\/([^\s/;]+)$/.exec(content.value) ?? /^(.+)\/(.+)$/.exec(defaultType);
  const [type = 'text', subtype = 'plain'] = [known?.[1]?.toLowerCase(), known?.[2]?.toLowerCase()];
  const disposition = field(fields, 'content-disposition');
  const part: MimePart = { fields, header, body, type, subtype, parameters: content.parameters, children: [] };
  if (disposition) part.disposition = parameters(disposition);
  const boundary = content.parameters.find(([name]) => name === 'boundary')?.[1];
  if (depth < MAX_DEPTH && type === 'multipart' && boundary) {
    const inner = subtype === 'digest' ? 'message/rfc822' : 'text/plain';
    part.children = splitBody(body, boundary).map((bytes) => parseMime(bytes, inner, depth + 1));
  }
  if (depth < MAX_DEPTH && type === 'message' && subtype === 'rfc822')
    part.embedded = parseMime(body, 'text/plain', depth + 1);
  return part;
}

export function field(fields: HeaderField[], name: string): string | undefined {
  return fields.find((each) => each.name.toLowerCase() === name)?.value;
}

function endOfHeader(raw: Buffer): number {
  for (let at = 0; at < raw.length;) {
    const lineEnd = raw.indexOf(10, at);
    if (lineEnd === -1) return raw.length;
    if (lineEnd === at || (lineEnd === at + 1 && raw[at] === 13)) return lineEnd + 1;
    at = lineEnd + 1;
  }
  return raw.length;
}

function splitFields(header: Buffer): HeaderField[] {
  const fields: HeaderField[] = [];
  let start = 0;
  while (start < header.length) {
    let end = start;
    do {
      const lineEnd = header.indexOf(10, end);
      end = lineEnd === -1 ? header.length : lineEnd + 1;
    } while (end < header.length && (header[end] === 32 || header[end] === 9));
    const raw = header.subarray(start, end);
    const text = raw.toString('latin1');
    const colon = text.indexOf(':');
    if (colon > 0 && !/[\r\n]/.test(text.slice(0, colon))) {
      const value = text.slice(colon + 1).replace(/\r?\n(?=[ \t])/g, '');
      fields.push({ name: text.slice(0, colon).trimEnd(), value: value.replace(/[\r\n]+$/, '').trim(), raw });
    }
    start = end;
  }
  return fields;
}

/**
 * RFC 2046 section 5.1.1: the line break before a delimiter belongs to the delimiter. Without a closing delimiter the
 * last part ends with the body.
 */
function splitBody(body: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Buffer[] = [];
  let start: number | undefined;
  for (let at = body.indexOf(delimiter); at !== -1; at = body.indexOf(delimiter, at + 1)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    const lineEnd = body.indexOf(10, at);
    const rest = body.toString('latin1', at + delimiter.length, lineEnd === -1 ? body.length : lineEnd);
    const closing = rest.startsWith('--');
    if (!closing && !/^[ \t]*\r?$/.test(rest)) continue;
    if (start !== undefined) parts.push(body.subarray(start, Math.max(start, at - (body[at - 2] === 13 ? 2 : 1))));
    start = closing || lineEnd === -1 ? undefined : lineEnd + 1;
    if (closing) return parts;
  }
  if (start !== undefined) parts.push(body.subarray(start));
  return parts;
}
