import type { Socket } from 'node:net';

const CRLF = Buffer.from('\r\n');
const END = Buffer.from('\r\n.\r\n');

/** Lines and messages of an SMTP client. */
export class SinkReader {
  private buffer: Buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(socket: Socket) {
    this.chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Null at the end of the connection. */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.buffer.indexOf(CRLF);
      if (end >= 0) {
        const line = this.buffer.toString('utf8', 0, end);
        this.buffer = this.buffer.subarray(end + CRLF.length);
        return line;
      }
      if (!(await this.more())) return null;
    }
  }

  /**
   * The bytes up to the final dot, each line as it came; null at the end of the connection.
   * @param most bytes to keep of a longer message
   */
  async message(most: number, onBlock: () => Promise<void>): Promise<Buffer | null> {
    const kept: Buffer[] = [];
    let length = 0;
    const keep = (piece: Buffer): void => {
      if (length < most) kept.push(piece.subarray(0, most - length));
      length += piece.length;
    };
    // A message without a line ends with its first line.
    this.buffer = Buffer.concat([CRLF, this.buffer]);
    for (;;) {
      const end = this.buffer.indexOf(END);
      if (end >= 0) {
        keep(this.buffer.subarray(0, end + CRLF.length));
        this.buffer = this.buffer.subarray(end + END.length);
        return Buffer.concat(kept).subarray(CRLF.length);
      }
      const safe = Math.max(0, this.buffer.length - END.length);
      keep(this.buffer.subarray(0, safe));
      this.buffer = this.buffer.subarray(safe);
      if (!(await this.more())) return null;
      await onBlock();
    }
  }

  private async more(): Promise<boolean> {
    const { value, done } = await this.chunks.next();
    if (done) return false;
    this.buffer = this.buffer.length === 0 ? value : Buffer.concat([this.buffer, value]);
    return true;
  }
}
