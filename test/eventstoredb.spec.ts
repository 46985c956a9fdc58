import { eventStoreContract } from './event-store.contract.js';
import { EventStoreDbStandIn } from './eventstoredb-stand-in.js';
import { EventStoreDb } from '../src/platform/eventstoredb.js';

for (const advertiseBatchAppend of [true, false]) {
  eventStoreContract(`EventStoreDb ${advertiseBatchAppend ? 'with' : 'without'} BatchAppend`, async () => {
    const standIn = await EventStoreDbStandIn.started({ advertiseBatchAppend });
    return {
      store: EventStoreDb.connect(standIn.url),
      another: async () => EventStoreDb.connect(standIn.url),
      restart: async () => {
        await standIn.stop();
        await standIn.start();
      },
      stop: () => standIn.stop(),
    };
  });
}
