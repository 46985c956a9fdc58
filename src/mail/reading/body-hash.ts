import { createHash } from 'node:crypto';

const [LF, CR] = [0x0a, 0x0d];

/**
 * SHA-256 of the body of a message: everything behind its header (RFC 5322 §2.1), with LF for each line end and without
 * empty lines at the end. Header fields and line ends that a server adds or changes leave it equal.
 */
export class BodyHash {
  private readonly hash = createHash('sha256');
  private inHeader = true;
  /** the line so far is empty */
  private atLineStart = true;
  /** line ends of the body that are not hashed yet: they count only before a further line */
  private pending = 0;

  /** The next bytes of the message. */
  update(bytes: Uint8Array): void {
    const from = this.inHeader ? this.skipHeader(bytes) : 0;
    if (from < bytes.length) this.takeLines(bytes, from);
  }

  /** Hex. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** Returns the offset of the body, or the length while the header goes on. */
  private skipHeader(bytes: Uint8Array): number {
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

  /** Hashes the bytes up to the end, without CR; holds back the line ends at the end. */
  private takeLines(bytes: Uint8Array, from: number): void {
    let end = bytes.length;
    while (end > from && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--;
    if (end > from) {
      const lines = Buffer.allocUnsafe(this.pending + end - from).fill(LF, 0, this.pending);
      let length = this.pending;
      for (let at = from; at < end; at++) if (bytes[at] !== CR) lines[length++] = bytes[at]!;
      this.hash.update(lines.subarray(0, length));
      this.pending = 0;
    }
    for (let at = end; at < bytes.length; at++) if (bytes[at] === LF) this.pending++;
  }
}

export function bodyHashOf(bytes: Uint8Array): string {
  const hash = new BodyHash();
  hash.update(bytes);
  return hash.digest();
}
