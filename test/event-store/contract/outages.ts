import type { StoredFact } from '../../../src/platform/log/event-store.js';
import { collected, factsOf, followed, idsOf, newFact, newStream, numbered, reaches } from './facts.js';
import type { Clients } from './facts.js';

export function outagesContract(clients: () => Clients, restart: () => Promise<void>): void {
  describe('a restart of the store', () => {
    it('makes a follower neither lose nor repeat a fact', async () => {
      const { store, another } = clients();
      const after = await store.head();
      const stream = newStream();
      const delivered: StoredFact[] = [];
      const stopping = new AbortController();
      const following = (async () => {
        for await (const batch of another.follow(after, { signal: stopping.signal, batchSize: 3 })) {
          delivered.push(...batch.facts);
          if (delivered.length >= 30) stopping.abort();
        }
      })();
      for (let round = 0; round < 3; round++) {
        await store.append(stream, round === 0 ? 'no-stream' : round * 10 - 1, numbered(10, round * 10));
        if (round < 2) await restart();
      }
      await following;
      expect(delivered.map((fact) => fact.revision)).toEqual(Array.from({ length: 30 }, (_, revision) => revision));
    });

    it('lets an idle follower receive later facts', async () => {
      const { store, another } = clients();
      const after = await store.head();
      const fact = newFact();
      let restarted: Promise<unknown> | undefined;
      const batches = await followed(another, {
        after,
        until: (seen) => {
          restarted ??= restart().then(() => store.append(newStream(), 'no-stream', [fact]));
          return factsOf(seen).length > 0;
        },
      });
      await restarted;
      expect(idsOf(factsOf(batches))).toEqual([fact.id]);
    });

    it('lets each append in flight succeed, and each fact is stored once', async () => {
      const { store, another } = clients();
      const after = await store.head();
      const streams = Array.from({ length: 60 }, newStream);
      const appended = streams.map((stream, i) => (i % 2 ? store : another).append(stream, 'no-stream', numbered(2)));
      const restarted = restart();
      const during = streams.map((stream, i) => appended[i]!.then(() => store.append(stream, 1, numbered(1, 2))));
      await restarted;
      const answers = await Promise.all(during);
      for (const stream of streams)
        expect((await collected(store.read(stream))).map((fact) => fact.revision)).toEqual([0, 1, 2]);
      const last = answers
        .map((answer) => answer.position)
        .sort()
        .at(-1)!;
      expect(factsOf(await followed(another, { after, until: reaches(last) }))).toHaveLength(180);
    });
  });
}
