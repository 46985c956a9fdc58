import { eventTypeFilter, excludeSystemEvents, START as LOG_START } from '@eventstore/db-client';
import type { AllStreamSubscription, EventStoreDBClient } from '@eventstore/db-client';
import { setImmediate as turn } from 'node:timers/promises';
import { START } from './event-store.js';
import type { Position, StoredFact } from './event-store.js';
import { NoAnswer } from './eventstoredb-errors.js';
import { isFact, toStoredFact } from './eventstoredb-facts.js';

/** Maximum wait for facts. */
const QUIET_MS = 1000;
/** Facts that the client holds for a busy process: the server stops a live subscription with 64 unread events. */
const BUFFER = 1000;

/** One subscription to $all, from its first fact until it breaks. */
export class FactSubscription {
  /** number of messages by which the server told its progress past records that the filter leaves out */
  checkpoints = 0;
  private readonly source: AllStreamSubscription;
  private failure: Error | undefined;
  private wake = (): void => undefined;

  /** @param types default: all facts */
  constructor(client: EventStoreDBClient, after: Position, types?: readonly string[]) {
    const checkpointReached = (): void => void this.checkpoints++;
    const filter = types
      ? eventTypeFilter({ prefixes: [...types], checkpointReached })
      : excludeSystemEvents({ checkpointReached });
    const commit = BigInt(after);
    const fromPosition = after === START ? LOG_START : { commit, prepare: commit };
    this.source = client.subscribeToAll({ fromPosition, filter }, { highWaterMark: BUFFER });
    this.source.on('readable', () => this.wake());
    // This listener stays, because an error without a listener would end the process.
    this.source.on('error', (error) => this.fail(error));
    this.source.on('end', () => this.fail(new NoAnswer('the subscription has ended')));
  }

  /**
   * Facts that have arrived; waits for the first one, at most a second.
   * @throws the failure of the subscription, once all facts before it are read
   */
  async arrived(limit: number, signal: AbortSignal): Promise<StoredFact[]> {
    const facts: StoredFact[] = [];
    if (this.source.readableLength === 0) {
      if (this.failure) throw this.failure;
      await this.news(signal);
    }
    do {
      for (let resolved; facts.length < limit && (resolved = this.source.read()) !== null;)
        if (isFact(resolved.event)) facts.push(toStoredFact(resolved.event));
      await turn();
    } while (facts.length < limit && this.source.readableLength > 0);
    return facts;
  }

  /** Ends a wait of `arrived`. */
  interrupt(): void {
    this.wake();
  }

  close(): void {
    drain(this.source, this.source.unsubscribe());
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.wake();
  }

  private async news(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.wake(), QUIET_MS);
      this.wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', this.wake);
        resolve();
      };
      signal.addEventListener('abort', this.wake);
      if (signal.aborted || this.failure) this.wake();
    });
    this.wake = () => undefined;
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
