import { EventStoreDb } from '../../src/platform/log/eventstoredb.js';
import { eventStoreContract } from './event-store.contract.js';
import { Wire } from './real/wire.js';

const url = process.env.EVENTSTORE_URL ?? '';

// We may not restart a server that is not ours: what a client sees of a restart, all its connections cut, is made on the wire.
eventStoreContract('EventStoreDb on a real server', async () => {
  const [, before, host, port, after] = /^(esdb:\/\/(?:[^@/]*@)?)([^:,/?]+)(?::(\d+))?([/?].*)?$/.exec(url) ?? [];
  if (!host) throw new Error('EVENTSTORE_URL must name one node, as in esdb://127.0.0.1:2113?tls=false');
  const wire = await Wire.opened(host, Number(port ?? 2113));
  const wired = `${before}localhost:${wire.port}${after ?? ''}`;
  return {
    store: EventStoreDb.connect(wired),
    another: async () => EventStoreDb.connect(wired),
    restart: async () => {
      await wire.close();
      await wire.open();
    },
    stop: () => wire.close(),
  };
});
