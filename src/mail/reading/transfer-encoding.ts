export interface Decoded {
  bytes: Buffer;
  /** octets behind the end of base64, such as the footer of a mailing list */
  rest?: Buffer;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const EQUALS = 61;

/**
 * The octets of a body as the sender had them (RFC 2045 §6). An unknown encoding leaves them unchanged.
 * Time is linear in the number of octets.
 */
export function transferDecoded(encoded: Buffer, encoding: string): Decoded {
  if (encoding === 'quoted-printable') return { bytes: quotedPrintableDecoded(encoded) };
  if (UUENCODED.has(encoding)) return { bytes: uudecoded(encoded) };
  if (encoding !== 'base64') return { bytes: encoded };
  const text = encoded.toString('latin1');
  if (isNoBase64(text)) return { bytes: encoded };
  const end = endOfBase64(text);
  const rest = encoded.subarray(end);
  return { bytes: Buffer.from(text.slice(0, end), 'base64'), ...(rest.toString('latin1').trim() && { rest }) };
}

/** RFC 2045 §6.7. White space before a line end is removed; invalid escapes stay unchanged. */
function quotedPrintableDecoded(encoded: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  for (let start = 0; start < encoded.length;) {
    const lf = encoded.indexOf(LF, start);
    const end = lf === -1 ? encoded.length : lf;
    const lineEnd = lf !== -1 && encoded[lf - 1] === CR && lf > start ? lf - 1 : end;
    let last = lineEnd;
    if (lf !== -1) while (last > start && isWhiteSpace(encoded[last - 1]!)) last -= 1;
    const continues = last > start && encoded[last - 1] === EQUALS;
    if (continues) last -= 1;
    for (let at = start; at < last; at++) {
      const octet =
        encoded[at] === EQUALS && at + 2 < last ? 16 * digit(encoded[at + 1]!) + digit(encoded[at + 2]!) : NaN;
      decoded[length++] = Number.isNaN(octet) ? encoded[at]! : octet;
      if (!Number.isNaN(octet)) at += 2;
    }
    if (lf === -1) break;
    if (!continues) length += encoded.copy(decoded, length, lineEnd, lf + 1);
    start = lf + 1;
  }
  return decoded.subarray(0, length);
}

const isWhiteSpace = (octet: number): boolean => octet === SPACE || octet === TAB;

/** Value of a hexadecimal digit, NaN for another character. */
function digit(octet: number): number {
  if (octet >= 48 && octet <= 57) return octet - 48;
  const letter = octet | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : NaN;
}

const UUENCODED: ReadonlySet<string> = new Set(['x-uuencode', 'uuencode', 'x-uue', 'uue']);
/** The first octet of a line is the number of its octets; each character holds six bits (POSIX uuencode). */
function uudecoded(encoded: Buffer): Buffer {
  const lines = encoded.toString('latin1').split(/\r?\n/);
  const begin = lines.findIndex((line) => /^begin [0-7]{3,4} /.test(line));
  if (begin === -1) return encoded;
  const decoded: Buffer[] = [];
  let total = 0;
  for (const line of lines.slice(begin + 1)) {
    const length = (line.charCodeAt(0) - SPACE) & 63;
    total += length;
    // Lines that are cut must not blow up a hostile file.
    if (line === '' || line === 'end' || length === 0 || total > encoded.length) break;
    // Some programs cut the spaces at the end of a line, which are zeros.
    const sextets = Array.from(
      line.slice(1).padEnd(4 * Math.ceil(length / 3)),
      (character) => BASE64[(character.charCodeAt(0) - SPACE) & 63]!,
    ).join('');
    decoded.push(Buffer.from(sextets, 'base64').subarray(0, length));
  }
  return Buffer.concat(decoded);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** True for text with the wrong label: its first line has several words. */
const isNoBase64 = (text: string): boolean => /^\s*\S+[ \t]+\S+[ \t]+\S/.test(text.slice(0, 300));

/** Offset behind the base64: it ends after padding (RFC 2045 §6.8), and before a later line of other characters. */
function endOfBase64(text: string): number {
  for (let start = 0; start < text.length;) {
    const lf = text.indexOf('\n', start);
    const next = lf === -1 ? text.length : lf + 1;
    const line = text.slice(start, next).trimEnd();
    if (start > 0 && /[^A-Za-z0-9+/=\s]/.test(line)) return start;
    if (line.endsWith('=')) return start + line.length;
    start = next;
  }
  return text.length;
}
