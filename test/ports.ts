import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const startTimeout = 15_000;

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Resolves once a server accepts connections at this port of 127.0.0.1. */
export async function listening(port: number): Promise<void> {
  const deadline = Date.now() + startTimeout;
  while (!(await answers(port))) {
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port} after ${startTimeout} ms`);
    await pause(20);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
