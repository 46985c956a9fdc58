import type { Socket } from 'node:net';
import { SinkReader } from './sink-reader.js';
import type { Sink, Step } from './sink-script.js';

const MESSAGE_ID = /^message-id:\s*(\S+)/im;
/** Bytes that hold the Message-ID of every message that the tests send. */
const HEAD_BYTES = 16 * 1024;

/** One connection: commands in order, each answered before the next is read. */
export class SinkSession {
  private readonly counts = new Map<string, number>();
  private readonly reader: SinkReader;
  private from = '';
  private to: string[] = [];

  constructor(
    private readonly sink: Sink,
    private readonly socket: Socket,
    private readonly connection: number,
  ) {
    this.reader = new SinkReader(socket);
  }

  async run(): Promise<void> {
    this.say(await this.answer('CONNECT', '', '220 sink ESMTP'));
    for (let line = await this.reader.line(); line !== null; line = await this.reader.line()) await this.obey(line);
  }

  private async obey(line: string): Promise<void> {
    const name = /^\w+/.exec(line)?.[0].toUpperCase() ?? '';
    this.sink.commands.push(name === 'AUTH' ? line.split(' ', 2).join(' ') : line);
    const reply = await this.answer(name, line, this.usual(name));
    if (reply.startsWith('2')) this.note(name, line);
    this.say(reply);
    if (name === 'DATA' && reply.startsWith('3')) await this.receive();
    if (name === 'QUIT') this.socket.end();
  }

  private note(name: string, line: string): void {
    if (name === 'MAIL') [this.from, this.to] = [addressIn(line), []];
    if (name === 'RCPT') this.to.push(addressIn(line));
    if (name === 'RSET') this.to = [];
  }

  private usual(name: string): string {
    switch (name) {
      case 'EHLO':
        return ['250-sink', ...this.sink.extensions.map((offer) => `250-${offer}`), '250 AUTH PLAIN XOAUTH2'].join(
          '\r\n',
        );
      case 'AUTH':
        return '235 2.7.0 Accepted';
      case 'DATA':
        return this.to.length > 0 ? '354 Go ahead' : '503 5.5.1 No recipient';
      case 'QUIT':
        return '221 2.0.0 Bye';
      default:
        return '250 2.1.0 Ok';
    }
  }

  private async receive(): Promise<void> {
    const onBlock = async (): Promise<void> => this.say(await this.answer('BLOCK', '', ''));
    const stuffed = await this.reader.message(this.sink.keepsRaw ? Infinity : HEAD_BYTES, onBlock);
    if (stuffed === null) return;
    const head = stuffed.toString('latin1', 0, HEAD_BYTES);
    const messageId = MESSAGE_ID.exec(head)?.[1] ?? '';
    const unstuffed = (): Buffer => Buffer.from(stuffed.toString('latin1').replace(/^\./gm, ''), 'latin1');
    const raw = this.sink.keepsRaw ? unstuffed() : Buffer.alloc(0);
    const reply = await this.answer('DOT', messageId, '250 2.0.0 Queued', raw);
    this.sink.messages.push({ messageId, from: this.from, to: this.to, raw, reply });
    this.to = [];
    this.say(reply);
  }

  private async answer(name: string, line: string, usual: string, raw?: Buffer): Promise<string> {
    const nth = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, nth);
    const step: Step = { name, line, nth, connection: this.connection, socket: this.socket, ...(raw && { raw }) };
    return (await this.sink.script(step)) ?? usual;
  }

  private say(reply: string): void {
    if (reply) this.socket.write(`${reply}\r\n`);
  }
}

const addressIn = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? '';
