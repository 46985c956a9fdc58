import iconv from 'iconv-lite';

/** A leaf of a message as `independent-reading.py` reads it. */
export interface Leaf {
  /** shown text: `plain`, `html`; `raw`: an undivided multipart; others: `file`, `tnef`, `pkcs7`, `message` */
  kind: string;
  type: string;
  name: string | null;
  text: string | null;
  /** text behind base64 */
  behind: string;
  sha256: string;
  /** hash of the octets without damaged lines; null: not base64 */
  clean: string | null;
  /** Content-Type and Content-Disposition */
  head: string;
}

export type Person = [name: string, address: string];

/** A message as `independent-reading.py` reads it. Null: that reader gave up. */
export interface Independent {
  subject: string | null;
  from: Person[] | null;
  to: Person[] | null;
  date: string | null;
  parts: Leaf[];
  written: { from: string; to: string; date: string };
  /** that reader ended the header block at a line that is no header */
  cut: boolean;
}

/** A message as our reader reads it. */
export interface Ours {
  subject: string;
  from: Person | null;
  to: Person[];
  date: string | null;
  text: string;
  files: { name: string; type: string; sha256: string }[];
}

export const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
/** Without white space and marks of quotation, which `format=flowed` moves, and without control characters. */
export const letters = (text: string): string => text.replace(/[\s>\u00ad\u200b\ufeff\p{Cc}]+/gu, '').normalize('NFC');
/** Windows characters with the label of ISO 8859-1, as browsers read them (WHATWG Encoding). */
export const windows = (text: string): string =>
  text.replace(/[\x80-\x9f]/g, (control) => iconv.decode(Buffer.from([control.charCodeAt(0)]), 'windows-1252'));
/** Python gave up on characters: its reading proves nothing. */
export const isDamaged = (text: string): boolean => text.includes('\uFFFD') || !text.isWellFormed();
export const plainText = (read: Independent): string =>
  read.parts.flatMap(({ kind, text }) => (kind === 'plain' ? (text ?? []) : [])).join('\n');
/** Leaves that Python lists as files. */
export const filesOf = (read: Independent): Leaf[] =>
  read.parts.filter(({ kind }) => kind !== 'plain' && kind !== 'html');
export const baseName = (name: string): string => inOneLine(name.replace(/^.*[/\\]/s, ''));
