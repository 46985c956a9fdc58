import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import iconv from 'iconv-lite';
import type * as Jschardet from 'jschardet';

/** Octets that a guess looks at. */
const GUESS_BYTES = 4096;
/** Charsets of mail, by the share of their letters above 0x7F: a few accents, or nearly all letters. */
const LATIN = ['windows-1252', 'windows-1250', 'iso-8859-2', 'windows-1254', 'windows-1257'];
const OTHER = [
  'windows-1251 koi8-r koi8-u iso-8859-5 windows-1253 windows-1255 windows-1256 tis-620',
  'shift_jis euc-jp gb18030 big5 euc-kr',
].flatMap((names) => names.split(' '));

/** ISO 8859 has no printable characters at 0x80–0x9F: text with such octets is in the Windows charset. */
const WINDOWS: Readonly<Record<string, string>> = {
  iso88591: 'windows-1252',
  iso88592: 'windows-1250',
  iso88595: 'windows-1251',
  iso88597: 'windows-1253',
  iso88598: 'windows-1255',
  iso88599: 'windows-1254',
  iso885913: 'windows-1257',
  iso885915: 'windows-1252',
};
const MULTI_BYTE = /^(shiftjis|sjis|windows31j|cp932|eucjp|iso2022|gb|hz|big5|euckr|ksc|cp949|utf16|utf7|unicode11)/;
/** Charsets with escapes: all their octets look like ASCII. */
const ESCAPED = /^(utf7|unicode11utf7|iso2022jp|iso2022kr|hz|utf16)/;

const plain = (label: string): string => label.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * Decodes text by its octets first: the label counts if the octets agree with it. Order: valid UTF-8, the label, a
 * statistical guess, windows-1252.
 * @param label charset of Content-Type, of an encoded word or of a parameter, as the sender wrote it
 * @param mayBeCut the octets may be a prefix that ends within a character, which is left out
 */
export function decodeText(bytes: Buffer, label: string | undefined, mayBeCut = false): string {
  const named = plain(label?.replace(/^x-(?!sjis|mac)|^cs(?=iso)/i, '') ?? '');
  if (isAscii(bytes) && !ESCAPED.test(named)) return bytes.toString('latin1');
  const says8Bit = named !== '' && !/^(utf8|unicode|usascii|ascii|ansix34|unknown8?bit|binary|8bit)/.test(named);
  const charset = says8Bit ? known(named) : undefined;
  const isUtf8Text = mayBeCut ? beginsAsUtf8(bytes, named) : isUtf8(bytes);
  if (!(charset && MULTI_BYTE.test(named)) && isUtf8Text) return decoded(bytes, 'utf-8');
  if (charset) return decoded(bytes, isWindows(bytes) ? (WINDOWS[named] ?? charset) : charset);
  if (isMostlyUtf8(bytes)) return decoded(bytes, 'utf-8');
  return decoded(bytes, guess(bytes));
}

/** Name for iconv-lite, or for the platform's decoder; undefined for an unknown charset. */
function known(named: string): string | undefined {
  if (named === 'iso88591' || named === 'latin1') return 'windows-1252';
  if (named.startsWith('iso2022jp')) return 'iso-2022-jp';
  return iconv.encodingExists(named) ? named : undefined;
}

function decoded(bytes: Buffer, charset: string): string {
  // iconv-lite has no ISO-2022-JP.
  if (charset === 'iso-2022-jp') return new TextDecoder(charset).decode(withoutEmptyEscapes(bytes), { stream: true });
  return iconv.getDecoder(charset, { stripBOM: true }).write(bytes);
}

const ESCAPE = '\x1b';
/** Two escapes in a row, as where encoded words meet, are an error to the decoder. */
function withoutEmptyEscapes(bytes: Buffer): Buffer {
  const pieces = bytes.toString('latin1').split(ESCAPE);
  const kept = pieces.filter((piece, n) => n === 0 || n === pieces.length - 1 || piece.length > ESCAPE_LENGTH);
  return Buffer.from(kept.join(ESCAPE), 'latin1');
}
/** such as `$B` */
const ESCAPE_LENGTH = 2;

const isWindows = (bytes: Buffer): boolean => bytes.some((octet) => octet >= 0x80 && octet <= 0x9f);

/**
 * A beginning of a character at the end, after ASCII alone, proves nothing without a label: it is also the last letter
 * of `Café` in another charset.
 */
function beginsAsUtf8(bytes: Buffer, named: string): boolean {
  const whole = withoutTail(bytes);
  return isUtf8(whole) && (whole.length === bytes.length || !isAscii(whole) || named === 'utf8');
}

/** Without the beginning of a character at the end (RFC 3629 §3). */
function withoutTail(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const octet = bytes[bytes.length - back]!;
    if (octet < 0x80) return bytes;
    if (octet >= 0xc0) {
      const wanted = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
      return wanted > back ? bytes.subarray(0, -back) : bytes;
    }
  }
  return bytes;
}

/** True for UTF-8 with a few damaged places, such as text that a program has cut or wrapped within a character. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.subarray(0, GUESS_BYTES).toString('utf8');
  let damaged = 0;
  let whole = 0;
  for (const character of text) {
    if (character === '\uFFFD') damaged++;
    else if (character > '\x7F') whole++;
  }
  return whole > 4 * damaged;
}

/** By the statistics of letters in the language that fits best. */
function guess(bytes: Buffer): string {
  const first = Math.max(0, bytes.findIndex((octet) => octet >= 0x80) - GUESS_BYTES / 4);
  const sample = bytes.subarray(first, first + GUESS_BYTES);
  const accented = sample.filter((octet) => octet >= 0x80).length;
  const letters = accented + sample.filter((octet) => /[a-z]/i.test(String.fromCharCode(octet))).length;
  const includeEncodings = accented > 3 && 2 * accented > letters ? OTHER : LATIN;
  const [best] = detector().chardet.detectAll(sample, {
    includeEncodings,
    noMatchEncoding: includeEncodings[0]!,
    ignoreThreshold: true,
  });
  const charset = plain(best?.encoding ?? '');
  return iconv.encodingExists(charset) && charset !== 'ascii' ? charset : 'windows-1252';
}

let loaded: typeof Jschardet | undefined;
/** Loaded at the first need: its tables take 50 MB. */
const detector = (): typeof Jschardet => (loaded ??= createRequire(import.meta.url)('jschardet') as typeof Jschardet);
