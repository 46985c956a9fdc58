import { createHash } from 'node:crypto';

const [LF, CR] = [0x0a, 0x0d];
/** Longest run of line ends that is held back. */
const MOST_HELD_BYTES = 64 * 1024;

/**
 * SHA-256 of the body of a message: everything behind its header (RFC 5322 §2.1), with CRLF for each line end and
 * without empty lines at the end. Header fields and line ends that a server adds or changes leave it equal.
 */
export class BodyHash {
  private readonly hash = createHash('sha256');
  private inHeader = true;
  /** the line of the header so far is empty */
  private atLineStart = true;
  /** line ends at the end so far: they count only before a further line */
  private held = Buffer.alloc(0);

  /** The next bytes of the message. */
  update(bytes: Buffer): void {
    const body = this.inHeader ? bytes.subarray(this.skipHeader(bytes)) : bytes;
    if (body.length > 0) this.take(this.held.length > 0 ? Buffer.concat([this.held, body]) : body);
  }

  /** Hex. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** Returns the offset of the body, or the length while the header goes on. */
  private skipHeader(bytes: Buffer): number {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === CR) continue;
      if (byte === LF && this.atLineStart) {
        this.inHeader = false;
        return at + 1;
      }
      this.atLineStart = byte === LF;
    }
    return bytes.length;
  }

  private take(body: Buffer): void {
    let end = body.length;
    while (end > 0 && (body[end - 1] === LF || body[end - 1] === CR)) end--;
    if (body.length - end > MOST_HELD_BYTES) end = body.length;
    let from = 0;
    // Native search: a loop over all bytes would cost more than the hash.
    for (let at = body.indexOf(LF); at !== -1 && at < end; at = body.indexOf(LF, at + 1)) {
      if (body[at - 1] === CR) continue;
      this.hash.update(body.subarray(from, at)).update('\r');
      from = at;
    }
    this.hash.update(body.subarray(from, end));
    this.held = Buffer.from(body.subarray(end));
  }
}

export function bodyHashOf(bytes: Buffer): string {
  const hash = new BodyHash();
  hash.update(bytes);
  return hash.digest();
}
