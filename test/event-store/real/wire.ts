import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A TCP port of this machine that leads to a server, and can be cut. */
export class Wire {
  port = 0;
  private listener?: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly host: string,
    private readonly serverPort: number,
  ) {}

  static async opened(host: string, serverPort: number): Promise<Wire> {
    const wire = new Wire(host, serverPort);
    await wire.open();
    return wire;
  }

  /** At a free port the first time, then again at that one. */
  async open(): Promise<void> {
    this.listener = createServer((near) => {
      const far = connect(this.serverPort, this.host);
      for (const [from, to] of [
        [near, far],
        [far, near],
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

  /** Cuts every connection and refuses new ones. */
  async close(): Promise<void> {
    const { listener } = this;
    if (!listener?.listening) return;
    listener.close();
    for (const socket of this.sockets) socket.destroy();
    await once(listener, 'close');
  }
}
