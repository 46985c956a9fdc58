import { EventStoreDBClient } from '@eventstore/db-client';
import type { AppendResult, EventData } from '@eventstore/db-client';
import pLimit from 'p-limit';
import pRetry from 'p-retry';
import { StoreUnavailable } from './event-store.js';
import { isOutage, within } from './eventstoredb-errors.js';

export interface AppendPatience {
  /** milliseconds after which an unanswered append is tried again */
  answerWithin: number;
  /** milliseconds of an outage after which appends fail; the wait for a free slot does not count */
  giveUpAfter: number;
}

/** Times as of `performance.now()`. */
interface Outage {
  /** beginning of the first attempt that failed */
  since: number;
  /** beginning of the last attempt that failed */
  triedAt: number;
  error: unknown;
}

// The client writes to a stream with a buffer of 16 messages. If the stream breaks, messages behind a full buffer
// become unhandled rejections, which end the process: therefore the buffer must never be full.
const IN_FLIGHT = 15;
/** Sent as a time of this machine's clock: a server with another clock would refuse a short deadline. */
const ANY_CLOCK_MS = 24 * 3600 * 1000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * The only client of the process that appends. The package keeps the pending appends of all clients in one table: a
 * broken stream of one client would reject appends of another, and the late answers to these would end the process. For
 * the same reason, a client is closed after an outage before another replaces it; the other one starts without cached
 * server state.
 */
class Appender {
  private client: Promise<EventStoreDBClient>;
  private outage: Outage | undefined;
  private readonly limit = pLimit(IN_FLIGHT);
  users = 0;

  constructor(readonly url: string) {
    this.client = Promise.resolve(EventStoreDBClient.connectionString(url));
  }

  async append(stream: string, events: EventData[], expectedRevision: bigint | 'no_stream', patience: AppendPatience) {
    const asked = performance.now();
    const hasLasted = (): boolean =>
      this.outage !== undefined && performance.now() - this.outage.since >= patience.giveUpAfter;
    const attempt = async (): Promise<AppendResult> => {
      const used = this.client;
      const client = await used;
      // Appends that waited for a slot give up together, not each after an outage of its own.
      if (this.outage && this.outage.triedAt >= asked && hasLasted()) throw this.outage.error;
      const triedAt = performance.now();
      try {
        const options = { expectedRevision, deadline: ANY_CLOCK_MS };
        const answer = await within(patience.answerWithin, client.appendToStream(stream, events, options));
        this.outage = undefined;
        return answer;
      } catch (error) {
        this.outage = isOutage(error) ? this.continued(triedAt, error, patience) : undefined;
        if (this.outage && this.client === used) this.client = this.replaced(client);
        throw error;
      }
    };
    try {
      return await this.limit(() =>
        pRetry(attempt, {
          retries: Infinity,
          minTimeout: FIRST_PAUSE_MS,
          maxTimeout: LONGEST_PAUSE_MS,
          maxRetryTime: patience.giveUpAfter,
          shouldRetry: ({ error }) => isOutage(error) && !hasLasted(),
        }),
      );
    } catch (error) {
      throw isOutage(error) ? new StoreUnavailable(error) : error;
    }
  }

  async close(): Promise<void> {
    await closeClient(await this.client);
  }

  /** A failure long after the last one begins another outage. */
  private continued(triedAt: number, error: unknown, { answerWithin, giveUpAfter }: AppendPatience): Outage {
    const goesOn = this.outage !== undefined && triedAt - this.outage.triedAt < answerWithin + giveUpAfter;
    return { since: goesOn ? this.outage!.since : triedAt, triedAt, error };
  }

  private async replaced(client: EventStoreDBClient): Promise<EventStoreDBClient> {
    await closeClient(client);
    return EventStoreDBClient.connectionString(this.url);
  }
}

/** Closes the connection too: `dispose` closes only the streams. */
export async function closeClient(client: EventStoreDBClient): Promise<void> {
  await client.dispose();
  const channel = await client['getChannel']().catch(() => undefined);
  channel?.close();
}

let appender: Appender | undefined;

/** @throws Error if the process appends to another server */
export function claimAppender(url: string): Appender {
  appender ??= new Appender(url);
  if (appender.url !== url) throw new Error('one process appends to one EventStoreDB only');
  appender.users++;
  return appender;
}

export async function releaseAppender(claimed: Appender): Promise<void> {
  claimed.users--;
  if (claimed.users > 0) return;
  if (appender === claimed) appender = undefined;
  await claimed.close();
}

export type { Appender };
