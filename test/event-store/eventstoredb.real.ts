import { EventStoreDb } from '../../src/platform/log/eventstoredb.js';
import { eventStoreContract } from './event-store.contract.js';
import { TcpProxy } from './tcp-proxy.js';

const url = process.env.EVENTSTORE_URL ?? '';

// The suite may not restart this server. It simulates a restart by a proxy that closes all connections.
eventStoreContract('EventStoreDb on a real server', async () => {
  const [, before, host, port, after] = /^(esdb:\/\/(?:[^@/]*@)?)([^:,/?]+)(?::(\d+))?([/?].*)?$/.exec(url) ?? [];
  if (!host) throw new Error('EVENTSTORE_URL names no single node. Set it like esdb://127.0.0.1:2113?tls=false.');
  const proxy = await TcpProxy.opened(host, Number(port ?? 2113));
  const throughProxy = `${before}localhost:${proxy.port}${after ?? ''}`;
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
