import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** A TCP proxy on this machine to one server. */
export class TcpProxy {
  port = 0;
  private listener?: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly host: string,
    private readonly serverPort: number,
    private readonly latencyMs: number,
  ) {}

  /** @param latencyMs of each direction */
  static async opened(host: string, serverPort: number, latencyMs = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(host, serverPort, latencyMs);
    await proxy.open();
    return proxy;
  }

  /** Listens on a free port; later calls listen on the same port again. */
  async open(): Promise<void> {
    if (this.listener?.listening) return;
    this.listener = createServer((client) => {
      const server = connect(this.serverPort, this.host);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.sockets.add(from);
        from
          .on('error', () => {})
          .on('close', () => {
            this.sockets.delete(from);
            to.destroy();
          });
        (this.latencyMs > 0 ? from.pipe(this.late()) : from).pipe(to);
      }
    });
    this.listener.listen(this.port, 'localhost');
    await once(this.listener, 'listening');
    this.port = (this.listener.address() as AddressInfo).port;
  }

  /** Closes all connections. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Keeps all connections open, but passes on nothing more from either side. New connections work. */
  swallow(): void {
    for (const socket of this.sockets) socket.unpipe().resume();
  }

  /** Refuses new connections. */
  stopListening(): void {
    this.listener?.close();
  }

  /** Closes all connections and refuses new ones. */
  async close(): Promise<void> {
    const { listener } = this;
    if (!listener?.listening) return;
    listener.close();
    this.cut();
    await once(listener, 'close');
  }

  private late(): Transform {
    const { latencyMs } = this;
    return new Transform({
      transform(chunk, _, passed) {
        void pause(latencyMs).then(() => this.push(chunk));
        passed();
      },
    });
  }
}
