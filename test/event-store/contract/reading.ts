import type { ReadOptions } from '../../../src/platform/log/event-store.js';
import { collected, newStream, numbered } from './facts.js';
import type { Clients } from './facts.js';

export function readingContract(clients: () => Clients): void {
  describe('reading a stream of five facts', () => {
    const stream = newStream();
    beforeAll(async () => {
      await clients().store.append(stream, 'no-stream', numbered(5));
    });

    it.each<[string, ReadOptions, number[]]>([
      ['forwards', {}, [0, 1, 2, 3, 4]],
      ['forwards from a revision', { from: 2 }, [2, 3, 4]],
      ['forwards with a limit', { limit: 2 }, [0, 1]],
      ['forwards from a revision with a limit', { from: 1, limit: 3 }, [1, 2, 3]],
      ['forwards from a revision after the end', { from: 5 }, []],
      ['backwards', { backwards: true }, [4, 3, 2, 1, 0]],
      ['backwards from a revision', { backwards: true, from: 2 }, [2, 1, 0]],
      ['backwards with a limit of one', { backwards: true, limit: 1 }, [4]],
      ['backwards from the first revision', { backwards: true, from: 0, limit: 9 }, [0]],
    ])('works %s', async (_, options, revisions) => {
      const facts = await collected(clients().another.read(stream, options));
      expect(facts.map((fact) => fact.revision)).toEqual(revisions);
      expect(facts.map((fact) => (fact.data as { n: number }).n)).toEqual(revisions);
    });

    it('returns no fact of an absent stream, forwards and backwards', async () => {
      const { store } = clients();
      expect(await collected(store.read(newStream()))).toEqual([]);
      expect(await collected(store.read(newStream(), { backwards: true, limit: 1 }))).toEqual([]);
    });

    it('may end before the last fact', async () => {
      const { store } = clients();
      for await (const fact of store.read(stream)) if (fact.revision === 1) break;
      expect(await collected(store.read(stream))).toHaveLength(5);
    });
  });
}
