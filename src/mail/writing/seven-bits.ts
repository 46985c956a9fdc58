import type { Readable } from 'node:stream';

const LF = 0x0a;
const CR = 0x0d;
/** RFC 5322 §2.1.1 */
const MAX_LINE = 998;

/** True for lines of ASCII that every server passes on unchanged: without NUL, lone CR and overlong lines. */
export async function fitsSevenBits(content: Readable): Promise<boolean> {
  let line = 0;
  let afterCr = false;
  for await (const chunk of content as AsyncIterable<Buffer>)
    for (const byte of chunk) {
      if (byte === 0 || byte > 0x7f || (afterCr && byte !== LF)) return false;
      afterCr = byte === CR;
      if (byte === LF) line = 0;
      else if (!afterCr && ++line > MAX_LINE) return false;
    }
  return !afterCr;
}
