import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDb } from '../../src/platform/log/eventstoredb.js';
import { factsOf, followed, newStream, numbered } from './contract/facts.js';
import { EventStoreDbStandIn } from './eventstoredb-stand-in.js';
import { TcpProxy } from './tcp-proxy.js';

const LATENCY_MS = 5;

/** The same on a stand-in of its own. */
export async function followStandInThroughCuts(random: () => number): Promise<number[]> {
  const standIn = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
  try {
    return await followThroughCuts({ host: '127.0.0.1', port: standIn.port }, localUrl, random);
  } finally {
    await standIn.stop();
  }
}

const localUrl = (port: number): string => `esdb://localhost:${port}?tls=false`;

/**
 * Appends thirty facts, with the log 10 ms away, and cuts all connections twice at random moments.
 * @param urlAt connection string through a proxy on this machine
 * @returns the revisions that a follower got, in batches of three
 */
export async function followThroughCuts(
  server: { host: string; port: number },
  urlAt: (port: number) => string,
  random: () => number,
): Promise<number[]> {
  const proxy = await TcpProxy.opened(server.host, server.port, LATENCY_MS);
  const store = EventStoreDb.connect(urlAt(proxy.port));
  try {
    const after = await store.head();
    const stream = newStream();
    const following = followed(store, { after, batchSize: 3, until: (seen) => factsOf(seen).length >= 30 });
    for (let n = 0; n < 30; n += 10) {
      await store.append(stream, n === 0 ? 'no-stream' : n - 1, numbered(10, n));
      if (n === 20) break;
      await pause(random() * 60);
      proxy.cut();
    }
    return factsOf(await following).map(({ revision }) => revision);
  } finally {
    await store.close();
    await proxy.close();
  }
}
