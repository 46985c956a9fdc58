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

    it('delivers a fact equal to the one that a read of its stream returns', async () => {
      const { store } = clients();
      const after = await store.head();
      const stream = newStream();
      const { position } = await store.append(stream, 'no-stream', [
        newFact({ text: '漢字 👩‍👩‍👧', nested: [{ a: null }] }),
      ]);
      const [read] = await collected(store.read(stream));
      expect(factsIn(stream, await followed(store, { after, until: reaches(position) }))).toEqual([read]);
    });

    it('continues after the checkpoint, and reaches the position that an append returned', async () => {
      const { store } = clients();
      const stream = newStream();
      const first = await store.append(stream, 'no-stream', numbered(2));
      const last = await store.append(stream, 1, numbered(3, 2));
      const batches = await followed(store, { after: first.position, until: reaches(last.position) });
      expect(factsIn(stream, batches).map((fact) => fact.revision)).toEqual([2, 3, 4]);
      expect(batches.at(-1)!.position).toBe(last.position);
    });

    it('delivers at most batchSize facts in a batch, and the position of each batch is that of its last fact', async () => {
      const { store } = clients();
      const after = await store.head();
      const stream = newStream();
      const { position } = await store.append(stream, 'no-stream', numbered(25));
      const batches = await followed(store, { after, batchSize: 10, until: reaches(position) });
      expect(Math.max(...batches.map((batch) => batch.facts.length))).toBeLessThanOrEqual(10);
      for (const batch of batches) if (batch.facts.length) expect(batch.position).toBe(batch.facts.at(-1)!.position);
      expect(factsIn(stream, batches)).toHaveLength(25);
    });

    it('misses no fact and repeats no fact when it stops and continues often, while others append', async () => {
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

    it('advances its position past facts of other types', async () => {
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

    it('reports the head with the batch after which no fact is left', async () => {
      const { store } = clients();
      const after = await store.head();
      const { position } = await store.append(newStream(), 'no-stream', numbered(5));
      const batches = await followed(store, { after, batchSize: 2, until: (seen) => seen.at(-1)!.atHead });
      expect(batches.at(-1)!.position).toBe(position);
    });

    it('delivers an empty batch, a heartbeat, about once a second at the head', async () => {
      const { store } = clients();
      const after = await store.head();
      const quiet = (batches: readonly Batch[]) => batches.filter((batch) => batch.facts.length === 0).length;
      const began = Date.now();
      const batches = await followed(store, { after, until: (seen) => quiet(seen) === 4 });
      expect(batches.every((batch) => batch.atHead && batch.position === after)).toBe(true);
      expect(Date.now() - began).toBeGreaterThan(1500);
    });

    it('ends at its abort: when idle, before the next heartbeat, and also in the middle of the log', async () => {
      const { store } = clients();
      const after = await store.head();
      const { position } = await store.append(newStream(), 'no-stream', numbered(50));
      const stopping = new AbortController();
      const order: string[] = [];
      let heartbeat: Promise<unknown> | undefined;
      for await (const batch of store.follow(after, { signal: stopping.signal, batchSize: 1 })) {
        expect(stopping.signal.aborted).toBe(false);
        if (!batch.atHead) continue;
        heartbeat ??= followed(store, { after: position, until: (seen) => seen.length === 2 }).then(() =>
          order.push('a heartbeat'),
        );
        setImmediate(() => stopping.abort());
      }
      order.push('the end');
      await heartbeat;
      expect(order).toEqual(['the end', 'a heartbeat']);
      const middle = await followed(store, { after, batchSize: 1, until: (seen) => seen.length === 3 });
      expect(middle).toHaveLength(3);
    });
  });

  it('has the same identity for all clients, and the identity is no fact of the log', async () => {
    const { store, another } = clients();
    const head = await store.head();
    const identity = await store.identity();
    expect(identity).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect([await another.identity(), await store.identity()]).toEqual([identity, identity]);
    expect(await store.head()).toBe(head);
  });
}
