import { Readable } from 'node:stream';
import { ahead, gathered } from './prefetch.js';

async function* told(asked: number[], ...heads: (boolean | Error)[]): AsyncGenerator<{ n: number; atHead: boolean }> {
  for (const [n, atHead] of heads.entries()) {
    asked.push(n);
    await Promise.resolve();
    if (atHead instanceof Error) throw atHead;
    yield { n, atHead };
  }
}

it('reads the next batch while one is worked at, and only that one', async () => {
  const asked: number[] = [];
  for await (const { n } of ahead(told(asked, false, false, false, true))) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.at(-1)).toBe(Math.min(n + 1, 3));
  }
  expect(asked).toEqual([0, 1, 2, 3]);
});

it('does not read on at the head, where the next batch is still to gather', async () => {
  const asked: number[] = [];
  for await (const { n } of ahead(told(asked, true, true))) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.at(-1)).toBe(n);
  }
});

it('tells of a failure when its turn comes, and of none to one who has left', async () => {
  const seen: number[] = [];
  const reading = async (last: number): Promise<void> => {
    for await (const { n } of ahead(told([], false, new Error('broken')))) if (seen.push(n) && n === last) return;
  };
  await expect(reading(1)).rejects.toThrow('broken');
  await reading(0);
  expect(seen).toEqual([0, 0]);
});

interface Told {
  facts: number[];
  atHead: boolean;
  shared?: boolean;
}

async function sizes(batches: Told[], size: number): Promise<Told[]> {
  const seen: Told[] = [];
  for await (const batch of gathered(Readable.from(batches) as AsyncIterable<Told>, size)) seen.push(batch);
  return seen;
}

it('puts small batches together, in their order, and holds none back at the head', async () => {
  const batch = (atHead: boolean, ...facts: number[]): Told => ({ facts, atHead });
  expect(
    await sizes([batch(false, 1), batch(false), batch(false, 2, 3), batch(false, 4), batch(true, 5), batch(true)], 3),
  ).toEqual([batch(false, 1, 2, 3), batch(true, 4, 5), batch(true)]);
});

it('says of facts of which some are shared that they are', async () => {
  const shared = { facts: [1], atHead: false, shared: true };
  const own = { facts: [2], atHead: false };
  expect(await sizes([shared, own, own, own], 2)).toMatchObject([{ shared: true }, { facts: [2, 2] }]);
  expect((await sizes([own, own], 2))[0]).not.toHaveProperty('shared');
});
