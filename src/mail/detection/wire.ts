import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tlsOptions } from '../servers/dial.js';

const MAX_BYTES = 65_536;
const MAX_BUFFERED = 4 * 8192;

/** Lines to and from an untrusted server. The length of its answers is bounded. */
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

  /**
   * Starts TLS. Unread plain bytes are an error, because an attacker may have injected them (RFC 3207 §6).
   * @throws Error when the handshake fails
   */
  async secure(): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.buffered !== '') throw new Error('data before the TLS handshake');
    const plain = this.socket;
    plain.removeAllListeners('data');
    const secured = connectTls({ socket: plain, ...tlsOptions(this.host, this.ca) });
    this.socket = secured;
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.on('error', reject);
      secured.once('close', () => reject(this.failure ?? new Error('connection closed during the TLS handshake')));
    });
    this.listen();
  }

  send(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  /** @throws Error when the connection ends before the line does */
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
    this.socket.on('close', () => this.fail(new Error('connection closed by the server')));
    this.socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length;
      this.buffered += chunk.toString('latin1');
      if (this.received > MAX_BYTES || this.buffered.length > MAX_BUFFERED)
        this.fail(new Error('answer of the server too long'));
      this.wake?.();
    });
  }
}
