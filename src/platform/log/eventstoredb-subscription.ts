import { excludeSystemEvents, START as LOG_START } from '@eventstore/db-client';
import type { AllStreamSubscription, EventStoreDBClient, Position as LogPosition } from '@eventstore/db-client';
import { setImmediate as turn } from 'node:timers/promises';
import { START, toPosition } from './event-store.js';
import type { Batch, FollowOptions, Position, StoredFact } from './event-store.js';
import { NoAnswer, within } from './eventstoredb-errors.js';
import { isFact, toStoredFact } from './eventstoredb-facts.js';

const BEAT = 1000;
const HEAD_WITHIN = 5000;
const BEATS_BEHIND = 3;

/** How far a follower has come; it outlives the subscriptions. */
export class Progress {
  /** where the next subscription begins: at the last fact delivered, or past the system records behind it */
  passed: LogPosition;

  constructor(public delivered: Position) {
    this.passed = { commit: BigInt(delivered), prepare: BigInt(delivered) };
  }

  deliver(position: bigint): void {
    this.delivered = toPosition(position);
    this.passed = { commit: position, prepare: position };
  }
}

/** Wakes its waiter when the subscription has something to say, the follower is to stop, or a beat is due. */
class Watch {
  failure: Error | undefined;
  caughtUp = false;
  beatDue = false;
  private wake = (): void => {};
  private readonly timer = setInterval(() => this.note(() => (this.beatDue = true)), BEAT);

  constructor(
    source: AllStreamSubscription,
    private readonly signal: AbortSignal,
  ) {
    source.on('readable', () => this.wake());
    source.on('caughtUp', () => this.note(() => (this.caughtUp = this.beatDue = true)));
    source.on('fellBehind', () => (this.caughtUp = false));
    // This listener stays: an error after the end of the loop must not end the process.
    source.on('error', (error) => this.note(() => (this.failure ??= error)));
    source.on('end', () => this.note(() => (this.failure ??= new NoAnswer('the subscription has ended'))));
    signal.addEventListener('abort', this.stop);
  }

  wakened(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  close(): void {
    clearInterval(this.timer);
    this.signal.removeEventListener('abort', this.stop);
  }

  private readonly stop = (): void => this.wake();

  private note(what: () => void): void {
    what();
    this.wake();
  }
}

/** One subscription's batches, until the signal or, by throwing, until it breaks. A batch holds what has arrived, without waiting for more. */
export async function* subscribedBatches(
  client: EventStoreDBClient,
  progress: Progress,
  { signal, types, batchSize = 1000 }: FollowOptions,
  head: () => Promise<Position>,
): AsyncGenerator<Batch, void, undefined> {
  let checkpoint: LogPosition | undefined;
  const filter = excludeSystemEvents({ checkpointReached: (_, position) => void (checkpoint = position) });
  const fromPosition = progress.delivered === START ? LOG_START : progress.passed;
  const source = client.subscribeToAll({ fromPosition, filter }, { highWaterMark: batchSize });
  const watch = new Watch(source, signal);
  const wanted = types && new Set(types);
  let beatsBehind = 0;
  /** the head as it was when last asked for, until it is reached */
  let asked: Position | undefined;
  try {
    while (!signal.aborted) {
      const facts: StoredFact[] = [];
      let seen = 0;
      do {
        for (let resolved; seen < batchSize && (resolved = source.read()) !== null;) {
          const event = resolved.event;
          if (!isFact(event)) continue;
          seen++;
          progress.deliver(event.position.commit);
          if (!wanted || wanted.has(event.type)) facts.push(toStoredFact(event));
        }
        await turn();
      } while (seen < batchSize && source.readableLength > 0);
      const drained = source.readableLength === 0;
      if (seen > 0) {
        beatsBehind = 0;
        // Not every server says when it has caught up, and while facts keep coming no beat would tell either.
        if (watch.beatDue) asked = await within(HEAD_WITHIN, head());
        watch.beatDue = false;
        const reached = asked !== undefined && asked <= progress.delivered;
        if (reached) asked = undefined;
        yield { facts, position: progress.delivered, atHead: (drained && watch.caughtUp) || reached };
        continue;
      }
      if (watch.failure) throw watch.failure;
      if (!drained) continue;
      if (checkpoint && checkpoint.commit > progress.passed.commit) progress.passed = checkpoint;
      if (watch.beatDue) {
        watch.beatDue = false;
        const last = await within(HEAD_WITHIN, head());
        if (source.readableLength > 0) continue;
        if (last <= progress.delivered) yield { facts, position: progress.delivered, atHead: true };
        else if (watch.caughtUp && ++beatsBehind === BEATS_BEHIND)
          throw new NoAnswer('the subscription has gone silent');
        continue;
      }
      await watch.wakened();
    }
  } finally {
    watch.close();
    letGo(source, source.unsubscribe());
  }
}

/** What is left in a cancelled stream is read to its end: the client keeps every stream that has not ended. */
export function letGo(
  source: { removeAllListeners(event: string): unknown; resume(): unknown },
  cancelled: Promise<void>,
): void {
  cancelled.catch(() => {}); // there was no call to cancel
  source.removeAllListeners('readable');
  source.resume();
}
