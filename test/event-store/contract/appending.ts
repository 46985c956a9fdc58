import { randomUUID } from 'node:crypto';
import type { ExpectedRevision } from '../../../src/platform/log/event-store.js';
import {
  FactTooLarge,
  MAX_APPEND_BYTES,
  NothingToAppend,
  WrongExpectedRevision,
} from '../../../src/platform/log/event-store.js';
import { collected, idsOf, metadata, newFact, newStream, numbered } from './facts.js';
import type { Clients } from './facts.js';

export function appendingContract(clients: () => Clients): void {
  describe('appending', () => {
    it('numbers the facts of a stream from 0 and returns the last revision', async () => {
      const { store } = clients();
      const stream = newStream();
      expect((await store.append(stream, 'no-stream', numbered(3))).revision).toBe(2);
      expect((await store.append(stream, 2, numbered(1))).revision).toBe(3);
      expect((await collected(store.read(stream))).map((fact) => fact.revision)).toEqual([0, 1, 2, 3]);
    });

    it('gives every fact a position of 20 digits, ascending over all streams', async () => {
      const { store } = clients();
      const [first, second] = [newStream(), newStream()];
      await store.append(first, 'no-stream', numbered(2));
      await store.append(second, 'no-stream', numbered(2));
      await store.append(first, 1, numbered(2));
      const [f, s] = [await collected(store.read(first)), await collected(store.read(second))];
      const positions = [...f.slice(0, 2), ...s, ...f.slice(2)].map((fact) => fact.position);
      expect(positions.every((position) => /^\d{20}$/.test(position))).toBe(true);
      expect(positions).toEqual([...new Set(positions)].sort());
    });

    it('returns the position of the last fact, which is then the head', async () => {
      const { store, another } = clients();
      const stream = newStream();
      const { position } = await store.append(stream, 'no-stream', numbered(3));
      expect((await collected(store.read(stream))).at(-1)?.position).toBe(position);
      expect(await another.head()).toBe(position);
    });

    it.each<[string, number, ExpectedRevision]>([
      ['no stream for an existing stream', 2, 'no-stream'],
      ['a revision that is too low', 2, 0],
      ['a revision that is too high', 2, 2],
      ['a revision of an absent stream', 0, 0],
    ])('stores nothing when the caller expects %s', async (_, existing, expected) => {
      const { store } = clients();
      const stream = newStream();
      if (existing > 0) await store.append(stream, 'no-stream', numbered(existing));
      const actual = existing > 0 ? existing - 1 : 'no-stream';
      const refused = await store.append(stream, expected, numbered(2)).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(WrongExpectedRevision);
      expect(refused).toMatchObject({ stream, expected });
      expect([actual, undefined]).toContain((refused as WrongExpectedRevision).actual);
      expect(await collected(store.read(stream))).toHaveLength(existing);
    });

    it('is idempotent: a retry at the same revision returns the first result, also when the stream has grown', async () => {
      const { store, another } = clients();
      const stream = newStream();
      const [opening, next] = [numbered(2), numbered(2, 2)];
      const first = await store.append(stream, 'no-stream', opening);
      expect(await another.append(stream, 'no-stream', opening)).toEqual(first);
      const second = await store.append(stream, 1, next);
      expect(await store.append(stream, 1, next)).toEqual(second);
      expect(await store.append(stream, 'no-stream', opening)).toEqual(first);
      expect(idsOf(await collected(store.read(stream)))).toEqual(idsOf([...opening, ...next]));
    });

    it('refuses other facts at a revision at which a retry would succeed', async () => {
      const { store } = clients();
      const stream = newStream();
      const [known] = numbered(1) as [ReturnType<typeof newFact>];
      await store.append(stream, 'no-stream', [known, newFact()]);
      await expect(store.append(stream, 'no-stream', [known, newFact()])).rejects.toThrow(WrongExpectedRevision);
      expect(await collected(store.read(stream))).toHaveLength(2);
    });

    it('refuses more than 1 MiB in one append and stores none of it', async () => {
      const { store } = clients();
      const stream = newStream();
      const half = () => newFact({ text: 'x'.repeat(MAX_APPEND_BYTES / 2) });
      await expect(
        store.append(stream, 'no-stream', [newFact({ text: 'x'.repeat(MAX_APPEND_BYTES) })]),
      ).rejects.toThrow(FactTooLarge);
      await expect(store.append(stream, 'no-stream', [newFact(), half(), half()])).rejects.toThrow(FactTooLarge);
      expect(await collected(store.read(stream))).toEqual([]);
      await store.append(stream, 'no-stream', [newFact({ text: 'x'.repeat(MAX_APPEND_BYTES - 1024) })]);
      expect(await collected(store.read(stream))).toHaveLength(1);
    });

    it('refuses an append without facts, for absent and existing streams', async () => {
      const { store } = clients();
      const stream = newStream();
      await expect(store.append(stream, 'no-stream', [])).rejects.toThrow(NothingToAppend);
      await store.append(stream, 'no-stream', numbered(1));
      await expect(store.append(stream, 0, [])).rejects.toThrow(NothingToAppend);
      await expect(store.append(stream, 'no-stream', [])).rejects.toThrow(NothingToAppend);
      expect(await collected(store.read(stream))).toHaveLength(1);
    });

    it('stores the facts of a large append in their order', async () => {
      const { store } = clients();
      const stream = newStream();
      const facts = numbered(1000);
      expect((await store.append(stream, 'no-stream', facts)).revision).toBe(999);
      expect(idsOf(await collected(store.read(stream)))).toEqual(idsOf(facts));
    });

    it('stores type, data and metadata exactly', async () => {
      const { store } = clients();
      const stream = newStream();
      const data = {
        z: 'Grüße, Ω, 漢字, 👩‍👩‍👧, e\u0301, "quotes" \\ and\r\n\tlines, \u0000, \u2028, \ud800',
        a: [[], {}, [null, true, 0.1, -1e-7, 9_007_199_254_740_991], { nested: { deeper: [{ 'ключ ": ': '' }] } }],
        '': false,
      };
      const fact = {
        id: randomUUID(),
        type: 'LetterPosted',
        data,
        metadata: { ...metadata, causationId: randomUUID(), key: 'message-1' },
      };
      await store.append(stream, 'no-stream', [fact]);
      const [stored] = await collected(store.read(stream));
      expect(stored).toEqual({ ...fact, stream, revision: 0, position: stored?.position });
      expect(JSON.stringify(stored?.data)).toBe(JSON.stringify(data));
    });
  });
}
