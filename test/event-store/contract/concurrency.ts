import { WrongExpectedRevision } from '../../../src/platform/log/event-store.js';
import type { EventStore, NewFact } from '../../../src/platform/log/event-store.js';
import { collected, factsOf, followed, idsOf, newFact, newStream, numbered, reaches } from './facts.js';
import type { Clients } from './facts.js';

/** Reads the last revision and appends after it, and repeats both while other appends come between. */
async function appendAtTheEnd(store: EventStore, stream: string, fact: NewFact): Promise<void> {
  for (;;) {
    const [last] = await collected(store.read(stream, { backwards: true, limit: 1 }));
    try {
      await store.append(stream, last?.revision ?? 'no-stream', [fact]);
      return;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
}

export function concurrencyContract(clients: () => Clients): void {
  describe('writing in parallel', () => {
    it('stores each fact of sixteen writers of one stream once, without a gap', async () => {
      const { store, another } = clients();
      const stream = newStream();
      const facts = numbered(16 * 4);
      const writer = async (w: number) => {
        for (const fact of facts.slice(w * 4, w * 4 + 4)) await appendAtTheEnd(w % 2 ? store : another, stream, fact);
      };
      await Promise.all(Array.from({ length: 16 }, (_, w) => writer(w)));
      const stored = await collected(store.read(stream));
      expect(stored.map((fact) => fact.revision)).toEqual(facts.map((_, revision) => revision));
      expect(idsOf(stored).sort()).toEqual(idsOf(facts).sort());
    });

    it('succeeds for exactly one of the writers that expect the same revision', async () => {
      const { store, another } = clients();
      const stream = newStream();
      const tries = Array.from({ length: 20 }, (_, w) =>
        (w % 2 ? store : another).append(stream, 'no-stream', [newFact({ w })]),
      );
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongExpectedRevision);
      expect(await collected(store.read(stream))).toHaveLength(1);
    });

    it('to many streams succeeds for all writers, and a follower gets each stream in order', async () => {
      const { store, another } = clients();
      const after = await store.head();
      const streams = Array.from({ length: 40 }, newStream);
      const writer = async (stream: string, i: number) => {
        for (let n = 0; n < 10; n++)
          await (i % 2 ? store : another).append(stream, n === 0 ? 'no-stream' : n - 1, [newFact({ n })]);
      };
      await Promise.all(streams.map(writer));
      const facts = factsOf(await followed(store, { after, until: reaches(await store.head()) }));
      expect(facts).toHaveLength(400);
      for (const stream of streams) {
        const revisions = facts.filter((fact) => fact.stream === stream).map((fact) => fact.revision);
        expect(revisions).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      }
    });
  });
}
