import { decodeText } from './charset.js';

const WORD = /=\?([^?*\s]{1,40})(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;
/** Encoded words with white space between them are one text (RFC 2047 §6.2). */
const WORDS = /=\?[^?\s]{1,80}\?[bq]\?[^?]*\?=(?:\s*=\?[^?\s]{1,80}\?[bq]\?[^?]*\?=)*/gi;

/**
 * Decodes encoded words (RFC 2047, RFC 2231 §5). Octets of adjacent words in one charset are decoded together, because
 * some programs split a character between two words.
 */
export const decodeWords = (field: string): string => (field.includes('=?') ? field.replace(WORDS, decodeRun) : field);

function decodeRun(run: string): string {
  const pieces: { charset: string; bytes: Buffer[] }[] = [];
  for (const [, charset = '', encoding, text = ''] of run.matchAll(WORD)) {
    const bytes = /b/i.test(encoding!) ? Buffer.from(text, 'base64') : quoted(text);
    const last = pieces.at(-1);
    if (last?.charset.toLowerCase() === charset.toLowerCase()) last.bytes.push(bytes);
    else pieces.push({ charset, bytes: [bytes] });
  }
  return pieces.map(({ charset, bytes }) => decodeText(Buffer.concat(bytes), charset)).join('');
}

/** The Q encoding (RFC 2047 §4.2); octets that should have been encoded are UTF-8. */
const quoted = (text: string): Buffer =>
  Buffer.from(
    Buffer.from(text.replaceAll('_', ' '))
      .toString('latin1')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
