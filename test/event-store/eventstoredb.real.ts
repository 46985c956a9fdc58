import { EventStoreDb } from '../../src/platform/log/eventstoredb.js';
import { followThroughCuts } from './cut-connections.js';
import { eventStoreContract } from './event-store.contract.js';
import { TcpProxy } from './tcp-proxy.js';

const url = process.env.EVENTSTORE_URL ?? '';

const [, before, host, port = '2113', rest = ''] =
  /^(esdb:\/\/(?:[^@/]*@)?)([^:,/?]+)(?::(\d+))?([/?].*)?$/.exec(url) ?? [];
if (!host) throw new Error('EVENTSTORE_URL names no single node. Set it like esdb://127.0.0.1:2113?tls=false.');
const server = { host, port: Number(port) };
const urlAt = (proxyPort: number): string => `${before}localhost:${proxyPort}${rest}`;

// The suite may not restart this server. It simulates a restart by a proxy that closes all connections.
eventStoreContract('EventStoreDb on a real server', async () => {
  const proxy = await TcpProxy.opened(server.host, server.port);
  const throughProxy = urlAt(proxy.port);
  return {
    store: EventStoreDb.connect(throughProxy),
    another: async () => EventStoreDb.connect(throughProxy),
    restart: async () => {
      await proxy.close();
      await proxy.open();
    },
    stop: () => proxy.close(),
  };
});

it('delivers every fact once and in order when all connections are cut at random moments', async () => {
  for (let round = 0; round < 20; round++)
    expect(await followThroughCuts(server, urlAt, Math.random)).toEqual(Array.from({ length: 30 }, (_, n) => n));
});
