import { toPosition } from '../../src/platform/log/event-store.js';
import type { FactLog, RecordedBatch } from '../../src/platform/log/fact-log.js';
import { tokenIssued } from '../../test/examples/people-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { missedSince } from './missed.js';

const facts = recorded(Array.from({ length: 5001 }, (_, n) => tokenIssued({ tokenId: `t${n}` })));
const end = facts.at(-1)!.position;
const stopping = new AbortController();

/** Log of these facts in batches of 700. */
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

let all: string[];
beforeAll(async () => {
  const since = await missed(toPosition(1));
  all = since === 'too-much' ? [] : since.deliveries.map(({ position }) => position);
});
afterAll(() => stopping.abort());

describe('the missed deliveries', () => {
  it('are all between the last event and the live stream', async () => {
    expect(all).toEqual(facts.slice(1).map(({ position }) => position));
    const some = await missed(toPosition(10), toPosition(13));
    expect(some === 'too-much' ? [] : some.deliveries.map(({ position }) => position)).toEqual(
      [11, 12, 13].map(toPosition),
    );
  });

  it('are none for a client that missed nothing', async () => {
    expect(await missed(end)).toEqual({ from: end, deliveries: [] });
  });

  it('are none for a client that another process brought further', async () => {
    expect(await missed(end, toPosition(5))).toEqual({ from: end, deliveries: [] });
  });

  it.each([
    ['the client missed too many facts', toPosition(0)],
    ['the last event is past the end of the log', toPosition(9999)],
    ['the last event is no position', 'latest'],
  ])('are too many when %s', async (_, lastEventId) => {
    expect(await missed(lastEventId)).toBe('too-much');
  });
});
