import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tlsOptions } from '../servers/dial.js';

const LONGEST_LINE = 8192;
const MOST_BYTES = 65_536;

/** Lines to and from a server that nobody trusts yet: what it says is bounded, and all of it is gone with `close`. */
export class Wire {
  private buffered = '';
  private received = 0;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private socket: Socket,
    private readonly host: string,
    private readonly ca: string | undefined,
  ) {
    this.listen();
  }

  /** TLS from here on. What came before it is not the server's word (RFC 3207 §6): more than was asked for is a failure. */
  async secure(): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.buffered !== '') throw new Error('it speaks before TLS does');
    const plain = this.socket;
    plain.removeAllListeners('data');
    const secured = connectTls({ socket: plain, ...tlsOptions(this.host, this.ca) });
    this.socket = secured;
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.on('error', reject);
      secured.once('close', () => reject(this.failure ?? new Error('closed in the TLS handshake')));
    });
    this.listen();
  }

  send(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.buffered.indexOf('\n');
      if (end >= 0) {
        const line = this.buffered.slice(0, end).replace(/\r$/, '');
        this.buffered = this.buffered.slice(end + 1);
        return line;
      }
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  fail(error: Error): void {
    this.failure ??= error;
    this.socket.destroy();
    this.wake?.();
  }

  close(): void {
    this.socket.end();
    this.socket.destroySoon();
  }

  private listen(): void {
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('the server closed the connection')));
    this.socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length;
      this.buffered += chunk.toString('latin1');
      if (this.received > MOST_BYTES || this.buffered.length > LONGEST_LINE * 4)
        this.fail(new Error('it says too much'));
      this.wake?.();
    });
  }
}
