import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy in front of a mail server that loses all connections at a chosen piece of the conversation. */
export class CuttingProxy {
  private readonly sockets = new Set<Socket>();
  private left = Infinity;

  private constructor(
    private readonly server: Server,
    port: number,
  ) {
    server.on('connection', (client) => {
      const upstream = connect(port, '127.0.0.1');
      this.pass(client, upstream);
      this.pass(upstream, client);
    });
  }

  /** @param port of the mail server, on 127.0.0.1 */
  static async start(port: number): Promise<CuttingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, port);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Loses the last of the next `pieces`, a command or an answer, with all connections. `Infinity`: none. */
  cutAt(pieces: number): void {
    this.left = pieces;
  }

  stop(): void {
    this.server.close();
    this.cut();
  }

  private cut(): void {
    this.left = Infinity;
    for (const socket of this.sockets) socket.destroy();
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from
      .on('error', () => to.destroy())
      .on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      })
      .on('data', (bytes: Buffer) => {
        this.left -= 1;
        if (this.left <= 0) this.cut();
        else to.write(bytes);
      });
  }
}
