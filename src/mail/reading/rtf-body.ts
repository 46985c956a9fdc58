import { decompressRTF } from '@kenjiuno/decompressrtf';
import { deEncapsulateSync } from 'rtf-stream-parser';
import { decodeCodepage } from './codepages.js';

interface Body {
  text: string | null;
  html: string | null;
}

/** Octets of RTF that are read, compressed and not: longer ones hold pictures. */
const MOST_COMPRESSED = 1024 * 1024;
const MOST_PLAIN = 4 * 1024 * 1024;
/** Real RTF nests about ten groups; the time of the parser grows with the depth. */
const DEEPEST = 40;
/** Control words and groups that are read: each costs some 10 µs. */
const MOST_CONTROLS = 40_000;
const COMPRESSION_HEADER = 16;
/** Groups without text of the message. */
const WITHOUT_TEXT = /(?<!\\)\{\\(?=(?:pict|info|object|header|footer)\b)/g;
/** Charsets of old programs, as codepages. */
const CODEPAGES: Readonly<Record<string, number>> = { mac: 10_000, pc: 437, pca: 850 };

/**
 * The text of an RTF body: the HTML that Outlook has put into it (MS-OXRTFEX), else its plain text. null for both: it
 * cannot be read within the limits.
 * @param compressed as in winmail.dat (MS-OXRTFCP)
 */
export function rtfBody(compressed: Buffer, maxBytes = Infinity): Body {
  const rtf = decompressed(compressed, maxBytes);
  if (rtf === undefined || depthOf(rtf) > DEEPEST) return { text: null, html: null };
  const tidied = tidy(withinBounds(rtf));
  return deEncapsulated(tidied) ?? deEncapsulated(asText(tidied)) ?? { text: null, html: null };
}

function deEncapsulated(rtf: string): Body | undefined {
  try {
    const { mode, text } = deEncapsulateSync(Buffer.from(rtf, 'latin1'), {
      decode: (bytes, codepage) => decodeCodepage(bytes, Number(codepage.slice('cp'.length))),
      warn: () => undefined,
      allowCp0: true,
      htmlFixContentType: true,
      replaceSymbolFontChars: true,
    });
    return mode === 'html' ? { text: null, html: text as string } : { text: text as string, html: null };
  } catch {
    return undefined;
  }
}

/** RTF that holds nothing but RTF is declared to hold text; groups without text of the message become optional ones. */
const asText = (rtf: string): string => rtf.replace(/^\{\\rtf\d*/, '$&\\fromtext').replace(WITHOUT_TEXT, '{\\*\\');

function decompressed(compressed: Buffer, maxBytes: number): string | undefined {
  const input = Buffer.from(compressed.subarray(0, Math.min(MOST_COMPRESSED, COMPRESSION_HEADER + maxBytes)));
  if (input.length < COMPRESSION_HEADER) return undefined;
  // The library believes the length in the header, which counts from the octet behind itself.
  input.writeUInt32LE(Math.min(input.readUInt32LE(0), input.length - 4), 0);
  try {
    return Buffer.from(decompressRTF(input as unknown as number[]).slice(0, MOST_PLAIN)).toString('latin1');
  } catch {
    return undefined;
  }
}

function withinBounds(rtf: string): string {
  let controls = 0;
  for (const { index } of rtf.matchAll(/[\\{}]/g)) if (++controls > MOST_CONTROLS) return rtf.slice(0, index);
  return rtf;
}

function depthOf(rtf: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [brace] of rtf.matchAll(/(?<!\\)[{}]/g)) {
    depth += brace === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/**
 * Without line ends, which mean nothing but the end of a control word, and without the binary data and broken escapes
 * that the parser takes too long for.
 */
const tidy = (rtf: string): string =>
  rtf
    .replace(/(\\[a-z]{1,32}-?\d{0,10})[\r\n]+/gi, '$1 ')
    .replace(/[\r\n]+/g, '')
    .replace(/\\bin\d*/g, '')
    .replace(/\\'(?![\da-f]{2})/gi, '')
    .replace(/^(\{\\rtf\d*)\\(mac|pca?)\b/, (_, start: string, name: string) => `${start}\\ansicpg${CODEPAGES[name]}`);
