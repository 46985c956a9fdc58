import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy in front of a mail server: holds back commands and answers that match, until `release`. */
export class HoldingProxy {
  commands: RegExp | undefined;
  answers: RegExp | undefined;
  private readonly held: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  private changed: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    port: number,
  ) {
    server.on('connection', (client) => {
      const upstream = connect(port, '127.0.0.1');
      this.pass(client, upstream, () => this.commands);
      this.pass(upstream, client, () => this.answers);
    });
  }

  /** @param port of the mail server, on 127.0.0.1 */
  static async start(port: number, holds: { commands?: RegExp; answers?: RegExp } = {}): Promise<HoldingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return Object.assign(new HoldingProxy(server, port), holds);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves once the proxy holds back a command or an answer. */
  async holds(): Promise<void> {
    while (this.held.length === 0) await new Promise<void>((resolve) => (this.changed = resolve));
  }

  release(): void {
    for (const pass of this.held.splice(0)) pass();
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private pass(from: Socket, to: Socket, held: () => RegExp | undefined): void {
    this.sockets.add(from);
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
    from.on('data', (bytes: Buffer) => {
      const pass = (): void => void to.write(bytes);
      if (!held()?.test(bytes.toString('latin1'))) return pass();
      this.held.push(pass);
      this.changed();
    });
  }
}
