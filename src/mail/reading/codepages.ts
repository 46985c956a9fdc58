import iconv from 'iconv-lite';
import { decodeText } from './charset.js';

/** Codepages of Windows that other programs know by another name. */
const NAMES: Readonly<Record<number, string>> = {
  936: 'gb18030',
  950: 'big5',
  1200: 'utf-16le',
  10000: 'macroman',
  20127: 'us-ascii',
  20866: 'koi8-r',
  21866: 'koi8-u',
  50220: 'iso-2022-jp',
  50221: 'iso-2022-jp',
  50222: 'iso-2022-jp',
  51932: 'euc-jp',
  51949: 'euc-kr',
  54936: 'gb18030',
  65000: 'utf-7',
  65001: 'utf-8',
};

/** ISO 8859-n is codepage 28590 + n. */
const ISO_8859 = 28_590;

export const charsetOfCodepage = (codepage: number): string =>
  NAMES[codepage] ??
  (codepage > ISO_8859 && codepage < ISO_8859 + 17 ? `iso-8859-${codepage - ISO_8859}` : `cp${codepage}`);

/** Text in a codepage that a program has written beside it. */
export function decodeCodepage(bytes: Buffer, codepage: number): string {
  const charset = charsetOfCodepage(codepage);
  return iconv.encodingExists(charset) ? iconv.decode(bytes, charset) : decodeText(bytes, charset);
}

/** Text up to the NUL that ends it. */
export function textIn(bytes: Buffer, codepage: number): string {
  if (codepage === 1200) return bytes.toString('utf16le').replace(/\0.*$/s, '');
  const end = bytes.indexOf(0);
  return decodeText(end === -1 ? bytes : bytes.subarray(0, end), charsetOfCodepage(codepage));
}
