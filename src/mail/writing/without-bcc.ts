import { Transform, type TransformCallback } from 'node:stream';

/** Composed heads are far smaller: 500 recipients and their names take less than 200 KiB. */
const MAX_HEAD = 4 * 1024 * 1024;
const END = Buffer.from('\r\n\r\n');
/** With its folded lines (RFC 5322 §2.2.3). */
const BCC = /^bcc[ \t]*:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*/gim;

/**
 * The bytes for SMTP of a message as `compose` makes it and the copy in Sent has it: all but its Bcc. Only the head is
 * held in memory.
 */
export class WithoutBcc extends Transform {
  private head: Buffer[] = [];
  private length = 0;
  private passed = false;

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.passed) return done(null, chunk);
    this.head.push(chunk);
    this.length += chunk.length;
    const bytes = Buffer.concat(this.head);
    this.head = [bytes];
    const end = bytes.indexOf(END);
    if (end === -1) return done(this.length > MAX_HEAD ? new Error('the head of the message does not end') : null);
    this.passed = true;
    this.head = [];
    done(null, Buffer.concat([stripped(bytes.subarray(0, end + 2)), bytes.subarray(end + 2)]));
  }

  /** A message that ends within its head has no body. */
  override _flush(done: TransformCallback): void {
    done(null, this.passed ? undefined : stripped(Buffer.concat(this.head)));
  }
}

/** Latin 1 keeps every byte. */
const stripped = (head: Buffer): Buffer => Buffer.from(head.toString('latin1').replace(BCC, ''), 'latin1');
