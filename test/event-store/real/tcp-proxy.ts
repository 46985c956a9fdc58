import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A TCP proxy on this machine to one server. */
export class TcpProxy {
  port = 0;
  private listener?: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly host: string,
    private readonly serverPort: number,
  ) {}

  static async opened(host: string, serverPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(host, serverPort);
    await proxy.open();
    return proxy;
  }

  /** Listens on a free port; later calls listen on the same port again. */
  async open(): Promise<void> {
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
        from.pipe(to);
      }
    });
    this.listener.listen(this.port, 'localhost');
    await once(this.listener, 'listening');
    this.port = (this.listener.address() as AddressInfo).port;
  }

  /** Closes all connections and refuses new ones. */
  async close(): Promise<void> {
    const { listener } = this;
    if (!listener?.listening) return;
    listener.close();
    for (const socket of this.sockets) socket.destroy();
    await once(listener, 'close');
  }
}
