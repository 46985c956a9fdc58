import { START } from '../../../src/platform/log/event-store.js';
import type { Batch, EventStore, NewFact, StoredFact } from '../../../src/platform/log/event-store.js';
import { collected, factsOf, followed, idsOf, newFact, newStream, numbered, reaches } from './facts.js';
import type { Clients } from './facts.js';

const factsIn = (stream: string, batches: readonly Batch[]): StoredFact[] =>
  factsOf(batches).filter((fact) => fact.stream === stream);

export function followingContract(clients: () => Clients): void {
  describe('following', () => {
    it('from START delivers every fact once, in the order of the log', async () => {
      const { store, another } = clients();
      const streams = [newStream(), newStream()];
      const appended: NewFact[] = [];
      for (let n = 0; n < 20; n++) {
        const fact = newFact({ n });
        await store.append(streams[n % 2]!, n < 2 ? 'no-stream' : Math.floor(n / 2) - 1, [fact]);
        appended.push(fact);
      }
      const all = factsOf(await followed(another, { after: START, until: reaches(await store.head()) }));
      expect(idsOf(all.filter((fact) => streams.includes(fact.stream)))).toEqual(idsOf(appended));
      const positions = all.map((fact) => fact.position);
      expect(positions).toEqual([...new Set(positions)].sort());
    });

    it('delivers a fact as a read of its stream gives it', async () => {
      const { store } = clients();
      const after = await store.head();
      const stream = newStream();
      const { position } = await store.append(stream, 'no-stream', [
        newFact({ text: '漢字 👩‍👩‍👧', nested: [{ a: null }] }),
      ]);
      const [read] = await collected(store.read(stream));
      expect(factsIn(stream, await followed(store, { after, until: reaches(position) }))).toEqual([read]);
    });

    it('goes on after the checkpoint, and reaches the position that an append answered', async () => {
      const { store } = clients();
      const stream = newStream();
      const first = await store.append(stream, 'no-stream', numbered(2));
      const last = await store.append(stream, 1, numbered(3, 2));
      const batches = await followed(store, { after: first.position, until: reaches(last.position) });
      expect(factsIn(stream, batches).map((fact) => fact.revision)).toEqual([2, 3, 4]);
      expect(batches.at(-1)!.position).toBe(last.position);
    });

    it('delivers at most batchSize facts at once, and the checkpoint of each batch covers just that batch', async () => {
      const { store } = clients();
      const after = await store.head();
      const stream = newStream();
      const { position } = await store.append(stream, 'no-stream', numbered(25));
      const batches = await followed(store, { after, batchSize: 10, until: reaches(position) });
      expect(Math.max(...batches.map((batch) => batch.facts.length))).toBeLessThanOrEqual(10);
      for (const batch of batches) if (batch.facts.length) expect(batch.position).toBe(batch.facts.at(-1)!.position);
      expect(factsIn(stream, batches)).toHaveLength(25);
    });

    it('misses nothing and repeats nothing however often it is cut, while others append', async () => {
      const { store, another } = clients();
      const start = await store.head();
      const streams = Array.from({ length: 4 }, newStream);
      const append = async (client: EventStore, stream: string) => {
        for (let n = 0; n < 60;) {
          const facts = numbered(1 + Math.floor(Math.random() * 5), n);
          await client.append(stream, n === 0 ? 'no-stream' : n - 1, facts);
          n += facts.length;
        }
      };
      let writing = true;
      const written = Promise.all(streams.map((stream, i) => append(i % 2 ? store : another, stream))).finally(
        () => (writing = false),
      );
      const delivered: StoredFact[] = [];
      let after = start;
      while (writing || after < (await store.head())) {
        const cuts = 1 + Math.floor(Math.random() * 3);
        const batchSize = 1 + Math.floor(Math.random() * 20);
        const batches = await followed(another, { after, batchSize, until: (seen) => seen.length >= cuts });
        delivered.push(...factsOf(batches));
        after = batches.at(-1)!.position;
      }
      await written;
      const again = factsOf(await followed(store, { after: start, until: reaches(after) }));
      expect(idsOf(delivered)).toEqual(idsOf(again));
      for (const stream of streams) {
        const numbers = delivered
          .filter((fact) => fact.stream === stream)
          .map((fact) => (fact.data as { n: number }).n);
        expect(numbers).toEqual(numbers.map((_, n) => n));
        expect(numbers.length).toBeGreaterThanOrEqual(60);
      }
    });

    it('moves its position past facts of other types', async () => {
      const { store } = clients();
      const after = await store.head();
      const stream = newStream();
      const wanted = newFact({}, 'LetterAnswered');
      await store.append(stream, 'no-stream', [newFact(), wanted, newFact()]);
      const { position } = await store.append(stream, 2, numbered(30));
      const batches = await followed(store, {
        after,
        types: ['LetterAnswered'],
        batchSize: 7,
        until: reaches(position),
      });
      expect(idsOf(factsOf(batches).filter((fact) => fact.type === 'LetterAnswered'))).toEqual([wanted.id]);
    });

    it('says that it is at the head once everything is delivered', async () => {
      const { store } = clients();
      const after = await store.head();
      const { position } = await store.append(newStream(), 'no-stream', numbered(5));
      const batches = await followed(store, { after, batchSize: 2, until: (seen) => seen.at(-1)!.atHead });
      expect(batches.at(-1)!.position).toBe(position);
    });

    it('beats about once a second while nothing comes', async () => {
      const { store } = clients();
      const after = await store.head();
      const quiet = (batches: readonly Batch[]) => batches.filter((batch) => batch.facts.length === 0).length;
      const began = Date.now();
      const batches = await followed(store, { after, until: (seen) => quiet(seen) === 4 });
      expect(batches.every((batch) => batch.atHead && batch.position === after)).toBe(true);
      expect(Date.now() - began).toBeGreaterThan(1500);
    });

    it('ends when it is told to, idle before another beat would come, or in the middle', async () => {
      const { store } = clients();
      const after = await store.head();
      const { position } = await store.append(newStream(), 'no-stream', numbered(50));
      const stopping = new AbortController();
      const order: string[] = [];
      let beating: Promise<unknown> | undefined;
      for await (const batch of store.follow(after, { signal: stopping.signal, batchSize: 1 })) {
        expect(stopping.signal.aborted).toBe(false);
        if (!batch.atHead) continue;
        beating ??= followed(store, { after: position, until: (seen) => seen.length === 2 }).then(() =>
          order.push('a beat'),
        );
        setImmediate(() => stopping.abort());
      }
      order.push('the end');
      await beating;
      expect(order).toEqual(['the end', 'a beat']);
      const middle = await followed(store, { after, batchSize: 1, until: (seen) => seen.length === 3 });
      expect(middle).toHaveLength(3);
    });
  });

  it('has one identity for all clients, which is no fact of the log', async () => {
    const { store, another } = clients();
    const head = await store.head();
    const identity = await store.identity();
    expect(identity).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect([await another.identity(), await store.identity()]).toEqual([identity, identity]);
    expect(await store.head()).toBe(head);
  });
}
