import { expect, it } from '@jest/globals';
import { ahead } from './ahead.js';

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
