import { toPosition } from '../../src/platform/log/event-store.js';
import type { FactLog, RecordedBatch } from '../../src/platform/log/fact-log.js';
import { tokenIssued } from '../../test/examples/people-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { missedSince } from './missed.js';

const facts = recorded(Array.from({ length: 5001 }, (_, n) => tokenIssued({ tokenId: `t${n}` })));
const end = facts.at(-1)!.position;
const stopping = new AbortController();

/** A log of these facts, read in parts. */
const log = {
  store: { head: () => Promise.resolve(end) },
  async *followSealed(after: string): AsyncIterable<RecordedBatch> {
    for (let left = facts.filter(({ position }) => position > after); left.length > 0; left = left.slice(700)) {
      const part = left.slice(0, 700);
      yield await Promise.resolve({
        facts: part,
        position: part.at(-1)!.position,
        atHead: part.length === left.length,
      });
    }
  },
} as unknown as FactLog;

const missed = (lastEventId: string, to = end) => missedSince(log, lastEventId, to, stopping.signal);

let told: string[];
beforeAll(async () => {
  const since = await missed(toPosition(1));
  told = since === 'too-much' ? [] : since.told.map(({ position }) => position);
});
afterAll(() => stopping.abort());

it('is everything after the last event up to where the stream goes on', async () => {
  expect(told).toEqual(facts.slice(1).map(({ position }) => position));
  const some = await missed(toPosition(10), toPosition(13));
  expect(some === 'too-much' ? [] : some.told.map(({ position }) => position)).toEqual([11, 12, 13].map(toPosition));
});

it('is nothing for somebody who has seen it all', async () => {
  expect(await missed(end)).toEqual({ from: end, told: [] });
});

it('is nothing up to where somebody is who has been told more by another process', async () => {
  expect(await missed(end, toPosition(5))).toEqual({ from: end, told: [] });
});

it.each([
  ['there was more than is read again', toPosition(0)],
  ['it is past the end of the log', toPosition(9999)],
  ['it is no position', 'latest'],
])('is not told one by one when %s', async (_, lastEventId) => {
  expect(await missed(lastEventId)).toBe('too-much');
});
