import type { EventStore } from '../../src/platform/log/event-store.js';
import type { LogReader } from '../../src/platform/log/tail.js';
import { appendingContract } from './contract/appending.js';
import { concurrencyContract } from './contract/concurrency.js';
import { failingReadsContract } from './contract/failing-reads.js';
import { followingContract } from './contract/following.js';
import { outagesContract } from './contract/outages.js';
import { readingContract } from './contract/reading.js';

/** A log under test. It may contain earlier facts, but during the suite only the suite may append. */
export interface LogUnderTest {
  store: EventStore & LogReader;
  /** A second client of the same log, like that of another process. The suite closes it. */
  another(): Promise<EventStore & LogReader>;
  /** Ends the server while its clients stay open; resolves when the server runs again with the same facts. */
  restart(): Promise<void>;
  /** Ends the server and removes its data, after the suite has closed `store`. */
  stop(): Promise<void>;
}

/** The contract of the `EventStore` port: one suite for every adapter. */
export function eventStoreContract(name: string, start: () => Promise<LogUnderTest>): void {
  describe(name, () => {
    let log: LogUnderTest;
    let another: EventStore & LogReader;
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
    failingReadsContract(clients);
    outagesContract(clients, () => log.restart());
  });
}
