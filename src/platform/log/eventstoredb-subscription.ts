import { excludeSystemEvents, START as LOG_START } from '@eventstore/db-client';
import type { AllStreamSubscription, EventStoreDBClient, Position as LogPosition } from '@eventstore/db-client';
import { setImmediate as turn } from 'node:timers/promises';
import { START, toPosition } from './event-store.js';
import type { Batch, FollowOptions, Position, StoredFact } from './event-store.js';
import { NoAnswer, within } from './eventstoredb-errors.js';
import { isFact, toStoredFact } from './eventstoredb-facts.js';

/** Period of queries for the head. */
const BEAT_MS = 1000;
const HEAD_TIMEOUT_MS = 5000;
/** A caught-up subscription without events is broken after this number of beats behind the head. */
const BEATS_BEHIND = 3;

/** Progress of a follower over several subscriptions. */
export class Progress {
  /** start of the next subscription: the last fact delivered, or a system record after it */
  passed: LogPosition;

  constructor(public delivered: Position) {
    this.passed = { commit: BigInt(delivered), prepare: BigInt(delivered) };
  }

  deliver(position: bigint): void {
    this.delivered = toPosition(position);
    this.passed = { commit: position, prepare: position };
  }
}

/** Wakes its waiter at an event of the subscription, at an abort, and at each beat. */
class Watch {
  failure: Error | undefined;
  caughtUp = false;
  beatDue = false;
  private wake = (): void => {};
  private readonly timer = setInterval(() => this.note(() => (this.beatDue = true)), BEAT_MS);

  constructor(
    source: AllStreamSubscription,
    private readonly signal: AbortSignal,
  ) {
    source.on('readable', () => this.wake());
    source.on('caughtUp', () => this.note(() => (this.caughtUp = this.beatDue = true)));
    source.on('fellBehind', () => (this.caughtUp = false));
    // This listener stays, because an error without a listener would end the process.
    source.on('error', (error) => this.note(() => (this.failure ??= error)));
    source.on('end', () => this.note(() => (this.failure ??= new NoAnswer('the subscription has ended'))));
    signal.addEventListener('abort', this.stop);
  }

  nextWake(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  close(): void {
    clearInterval(this.timer);
    this.signal.removeEventListener('abort', this.stop);
  }

  private readonly stop = (): void => this.wake();

  private note(change: () => void): void {
    change();
    this.wake();
  }
}

/**
 * Batches of one subscription until `signal` aborts. A batch has the facts that have arrived; it does not wait for
 * more.
 * @throws the failure of the subscription; NoAnswer if the subscription or the head does not answer
 */
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
  /** result of the last query for the head, until a batch reaches it */
  let knownHead: Position | undefined;
  try {
    while (!signal.aborted) {
      const facts: StoredFact[] = [];
      let seen = 0;
      let last = 0n;
      do {
        for (let resolved; seen < batchSize && (resolved = source.read()) !== null;) {
          const event = resolved.event;
          if (!isFact(event)) continue;
          seen++;
          last = event.position.commit;
          if (!wanted || wanted.has(event.type)) facts.push(toStoredFact(event));
        }
        await turn();
      } while (seen < batchSize && source.readableLength > 0);
      const drained = source.readableLength === 0;
      if (seen > 0) {
        beatsBehind = 0;
        // Older servers do not report that a subscription has caught up, and while facts keep coming, the code below
        // queries no head.
        if (watch.beatDue) knownHead = await within(HEAD_TIMEOUT_MS, head());
        watch.beatDue = false;
        const reached = knownHead !== undefined && knownHead <= toPosition(last);
        if (reached) knownHead = undefined;
        // With the hand-over, not before: a batch that was read when the head did not answer is read again.
        progress.deliver(last);
        yield { facts, position: progress.delivered, atHead: (drained && watch.caughtUp) || reached };
        continue;
      }
      if (watch.failure) throw watch.failure;
      if (!drained) continue;
      if (checkpoint && checkpoint.commit > progress.passed.commit) progress.passed = checkpoint;
      if (watch.beatDue) {
        watch.beatDue = false;
        const current = await within(HEAD_TIMEOUT_MS, head());
        if (source.readableLength > 0) continue;
        if (current <= progress.delivered) yield { facts, position: progress.delivered, atHead: true };
        else if (watch.caughtUp && ++beatsBehind === BEATS_BEHIND)
          throw new NoAnswer('the subscription delivers no facts although the log has more');
        continue;
      }
      await watch.nextWake();
    }
  } finally {
    watch.close();
    drain(source, source.unsubscribe());
  }
}

/** Reads a cancelled stream to its end: the client keeps every stream that has not ended. */
export function drain(
  source: { removeAllListeners(event: string): unknown; resume(): unknown },
  cancelled: Promise<void>,
): void {
  cancelled.catch(() => {}); // rejects if there was no call to cancel
  source.removeAllListeners('readable');
  source.resume();
}
