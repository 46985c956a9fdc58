import type { EventStoreDBClient } from '@eventstore/db-client';
import type { Batch, FollowOptions, Position, StoredFact } from './event-store.js';
import { StoreUnavailable } from './event-store.js';
import { isOutage, isTooSlow, NoAnswer, within } from './eventstoredb-errors.js';
import { FactSubscription } from './eventstoredb-subscription.js';

/** Period of queries for the head. */
const BEAT_MS = 1000;
const HEAD_TIMEOUT_MS = 5000;
/** Maximum number of facts in a batch of a live subscription. */
const BATCH = 1000;
/** A subscription without facts is broken after this number of beats behind the head. */
const BEATS_BEHIND = 3;

type LastFact = () => Promise<StoredFact | undefined>;

/** Facts up to the head at the time of the call, over subscriptions that the server filters. */
export async function* catchUp(
  client: EventStoreDBClient,
  lastFact: LastFact,
  after: Position,
  { signal, types, batchSize = 1000 }: FollowOptions,
): AsyncGenerator<Batch, void, undefined> {
  const last = await lastFact();
  let position = after;
  if (last === undefined || last.position <= after) yield { facts: [], position, atHead: true };
  // The type of the last fact is wanted too: by that fact the reader sees the head, on every version of the server.
  const wanted = types && new Set(types);
  const read = types && [...new Set([...types, last?.type ?? ''])];
  while (last !== undefined && position < last.position && !signal.aborted) {
    const subscription = new FactSubscription(client, position, read);
    try {
      for (let quiet = 0; position < last.position && !signal.aborted;) {
        const { checkpoints } = subscription;
        const facts = await subscription.arrived(batchSize, signal);
        quiet = facts.length > 0 || subscription.checkpoints > checkpoints ? 0 : quiet + 1;
        if (quiet === BEATS_BEHIND) throw missing();
        if (facts.length === 0) continue;
        position = facts.at(-1)!.position;
        const mine = wanted ? facts.filter(({ type }) => wanted.has(type)) : facts;
        yield { facts: mine, position, atHead: position >= last.position };
      }
    } catch (error) {
      if (!isTooSlow(error)) throw isOutage(error) ? new StoreUnavailable(error) : error;
    } finally {
      subscription.close();
    }
  }
}

/** Facts as they arrive. A beat asks for the head beside the subscription, which is never kept waiting. */
export async function* subscribe(
  client: EventStoreDBClient,
  head: () => Promise<Position>,
  after: Position,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  const subscription = new FactSubscription(client, after);
  const beats = new Beats(head, () => subscription.interrupt());
  let position = after;
  let began = false;
  try {
    while (!signal.aborted) {
      const facts = await subscription.arrived(BATCH, signal);
      if (facts.length > 0) position = facts.at(-1)!.position;
      began ||= facts.length > 0;
      const atHead = beats.reached(position, facts.length > 0);
      if (facts.length > 0 || atHead) yield { facts, position, atHead };
    }
  } catch (error) {
    if (isTooSlow(error) && began) return;
    throw isOutage(error) ? new StoreUnavailable(error) : error;
  } finally {
    beats.stop();
    subscription.close();
  }
}

/** Queries for the head of the log, one per second. */
class Beats {
  /** result of the last query, until the subscription reaches it */
  private known: Position | undefined;
  private failure: { error: unknown } | undefined;
  private asking = false;
  private behind = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly head: () => Promise<Position>,
    private readonly answered: () => void,
  ) {
    this.timer = setInterval(() => void this.ask(), BEAT_MS);
    void this.ask();
  }

  /**
   * True if the position is at or past the head of the last query, once per query.
   * @throws NoAnswer if the head is not told, or no facts come although the head is ahead
   */
  reached(position: Position, progress: boolean): boolean {
    if (this.failure) throw this.failure.error;
    if (progress) this.behind = 0;
    if (this.behind >= BEATS_BEHIND) throw missing();
    if (this.known === undefined || this.known > position) return false;
    this.known = undefined;
    this.behind = 0;
    return true;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      if (this.known !== undefined) this.behind++;
      this.known ??= await within(HEAD_TIMEOUT_MS, this.head());
    } catch (error) {
      this.failure = { error };
    } finally {
      this.asking = false;
    }
    this.answered();
  }
}

const missing = (): NoAnswer => new NoAnswer('the subscription delivers no facts although the log has more');
