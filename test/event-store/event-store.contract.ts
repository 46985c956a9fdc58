import type { EventStore } from '../../src/platform/log/event-store.js';
import { appendingContract } from './contract/appending.js';
import { concurrencyContract } from './contract/concurrency.js';
import { followingContract } from './contract/following.js';
import { outagesContract } from './contract/outages.js';
import { readingContract } from './contract/reading.js';

/** A log under test. Nobody but the suite may append to it while the suite runs; facts from before are tolerated. */
export interface LogUnderTest {
  store: EventStore;
  /** A second client of the same log, as another process would have. The suite closes it. */
  another(): Promise<EventStore>;
  /** Ends the server under its clients, which stay as they are, and resolves when it runs again with the same facts. */
  restart(): Promise<void>;
  /** Ends the server and removes what it kept; the suite has closed `store`. */
  stop(): Promise<void>;
}

/** What every adapter of the `EventStore` port owes, whatever holds the facts. */
export function eventStoreContract(name: string, start: () => Promise<LogUnderTest>): void {
  describe(name, () => {
    let log: LogUnderTest;
    let another: EventStore;
    beforeAll(async () => {
      log = await start();
      another = await log.another();
    });
    afterAll(async () => {
      await another.close();
      await log.store.close();
      await log.stop();
    });

    const clients = () => ({ store: log.store, another });
    appendingContract(clients);
    readingContract(clients);
    followingContract(clients);
    concurrencyContract(clients);
    outagesContract(clients, () => log.restart());
  });
}
