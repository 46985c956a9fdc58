import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ServerSettings } from '../../src/mail/servers/servers.js';
import type { Script, SinkMessage } from './sink-script.js';
import { SinkSession } from './sink-session.js';

export interface SinkOptions {
  script?: Script;
  /** lines of the answer to EHLO beside AUTH; default `EXTENSIONS` */
  extensions?: readonly string[];
  keepsRaw?: boolean;
  port?: number;
}

export const EXTENSIONS = ['PIPELINING', 'SIZE 52428800', '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES'];

/** A submission server on loopback that takes every login, keeps all mail, and answers as a script says. */
export class SmtpSink {
  /** in the order of their final dots */
  readonly messages: SinkMessage[] = [];
  /** commands of all connections in order, without credentials */
  readonly commands: string[] = [];
  script: Script;
  connections = 0;
  readonly keepsRaw: boolean;
  readonly extensions: readonly string[];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor({ script, extensions = EXTENSIONS, keepsRaw = true }: SinkOptions) {
    this.script = script ?? (() => undefined);
    this.extensions = extensions;
    this.keepsRaw = keepsRaw;
    this.server = createServer((socket) => this.greet(socket));
  }

  static async start(options: SinkOptions = {}): Promise<SmtpSink> {
    const sink = new SmtpSink(options);
    sink.server.listen(options.port ?? 0, '127.0.0.1');
    await once(sink.server, 'listening');
    return sink;
  }

  get settings(): ServerSettings {
    return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port, security: 'none' };
  }

  /** The number of messages that the sink accepted, by Message-ID. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { messageId, reply } of this.messages)
      if (reply.startsWith('2')) counts.set(messageId, (counts.get(messageId) ?? 0) + 1);
    return counts;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private greet(socket: Socket): void {
    this.sockets.add(socket);
    this.connections += 1;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
    // The client or a script ended the connection.
    new SinkSession(this, socket, this.connections).run().catch(() => socket.destroy());
  }
}
