import { Readable } from 'node:stream';
import { batchesOfAtLeast, prefetch } from './prefetch.js';

async function* source(asked: number[], ...heads: (boolean | Error)[]): AsyncGenerator<{ n: number; atHead: boolean }> {
  for (const [n, atHead] of heads.entries()) {
    asked.push(n);
    await Promise.resolve();
    if (atHead instanceof Error) throw atHead;
    yield { n, atHead };
  }
}

it('prefetches one batch while the caller handles the one before', async () => {
  const asked: number[] = [];
  for await (const { n } of prefetch(source(asked, false, false, false, true))) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.at(-1)).toBe(Math.min(n + 1, 3));
  }
  expect(asked).toEqual([0, 1, 2, 3]);
});

it('does not prefetch at the head, where the next batch waits for new facts', async () => {
  const asked: number[] = [];
  for await (const { n } of prefetch(source(asked, true, true))) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.at(-1)).toBe(n);
  }
});

it('throws a failure in its turn, and not to a caller that stopped before', async () => {
  const seen: number[] = [];
  const reading = async (last: number): Promise<void> => {
    for await (const { n } of prefetch(source([], false, new Error('broken')))) if (seen.push(n) && n === last) return;
  };
  await expect(reading(1)).rejects.toThrow('broken');
  await reading(0);
  expect(seen).toEqual([0, 0]);
});

interface Batch {
  facts: number[];
  atHead: boolean;
  shared?: boolean;
}

async function joined(batches: Batch[], size: number): Promise<Batch[]> {
  const seen: Batch[] = [];
  for await (const batch of batchesOfAtLeast(size, Readable.from(batches) as AsyncIterable<Batch>)) seen.push(batch);
  return seen;
}

it('joins small batches in their order, and holds none back at the head', async () => {
  const batch = (atHead: boolean, ...facts: number[]): Batch => ({ facts, atHead });
  expect(
    await joined([batch(false, 1), batch(false), batch(false, 2, 3), batch(false, 4), batch(true, 5), batch(true)], 3),
  ).toEqual([batch(false, 1, 2, 3), batch(true, 4, 5), batch(true)]);
});
