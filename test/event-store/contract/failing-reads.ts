import {
  type Batch,
  type EventStore,
  type FollowOptions,
  type Position,
  StoreUnavailable,
} from '../../../src/platform/log/event-store.js';
import { type LogReader, Tail } from '../../../src/platform/log/tail.js';
import { factsOf, followed, newStream, numbered } from './facts.js';
import type { Clients } from './facts.js';

/** Reads of a log that fail once: at the n-th call, batch, or end of the handling of a batch. */
class FailingOnce implements LogReader {
  private steps = 0;

  constructor(
    private readonly log: LogReader,
    private readonly n: number,
  ) {}

  get failed(): boolean {
    return this.steps >= this.n;
  }

  async head(): Promise<Position> {
    this.step();
    return this.log.head();
  }

  catchUp(after: Position, options: FollowOptions): AsyncIterable<Batch> {
    return this.failing(() => this.log.catchUp(after, options));
  }

  subscribe(after: Position, signal: AbortSignal): AsyncIterable<Batch> {
    return this.failing(() => this.log.subscribe(after, signal));
  }

  private async *failing(read: () => AsyncIterable<Batch>): AsyncIterable<Batch> {
    this.step();
    for await (const batch of read()) {
      this.step();
      yield batch;
      this.step();
    }
  }

  private step(): void {
    if (++this.steps === this.n) throw new StoreUnavailable(new Error('this read fails once'));
  }
}

async function* nothingUntil(signal: AbortSignal): AsyncGenerator<Batch> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  yield* [];
}

export function failingReadsContract(clients: () => Clients<EventStore & LogReader>): void {
  it('gives a follower every fact once and in order when any one read of the log fails', async () => {
    const { store } = clients();
    let failed = true;
    for (let n = 1; failed; n++) {
      const reader = new FailingOnce(store, n);
      const tail = new Tail(reader);
      const [after, stream] = [await store.head(), newStream()];
      await store.append(stream, 'no-stream', numbered(6));
      let more: Promise<unknown> | undefined;
      const batches = await followed(tail, {
        after,
        batchSize: 3,
        until: (seen) => {
          if (factsOf(seen).length === 6) more ??= store.append(stream, 5, numbered(6, 6));
          return factsOf(seen).length >= 12;
        },
      });
      await more;
      await tail.close();
      expect(factsOf(batches).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect(batches.map(({ position }) => position)).toEqual(batches.map(({ position }) => position).toSorted());
      ({ failed } = reader);
    }
  });

  it('lets an urgent follower read by itself while the tail is behind', async () => {
    const { store } = clients();
    const stuck: LogReader = {
      head: () => store.head(),
      catchUp: (after, options) => store.catchUp(after, options),
      subscribe: (_, signal) => nothingUntil(signal),
    };
    const tail = new Tail(stuck);
    const after = await store.head();
    let more: Promise<unknown> | undefined;
    const batches = await followed(tail, {
      after,
      urgent: true,
      types: ['LetterPosted'],
      until: (seen) => {
        if (seen.at(-1)!.atHead) more ??= store.append(newStream(), 'no-stream', numbered(3));
        return factsOf(seen).length === 3;
      },
    });
    await more;
    await tail.close();
    expect(batches.at(-1)!.atHead).toBe(true);
  });
}
