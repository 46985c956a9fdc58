import { EventStoreDBClient } from '@eventstore/db-client';
import type { AppendResult, EventData } from '@eventstore/db-client';
import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import { StoreUnavailable } from './event-store.js';
import { isOutage, within } from './eventstoredb-errors.js';

export interface AppendPatience {
  /** milliseconds after which an append that was not answered is asked again */
  answerWithin: number;
  /** milliseconds after its first attempt at which an append gives up; its wait for other appends of the process comes before */
  giveUpAfter: number;
}

// The client writes to a stream that buffers 16 messages. Those that wait behind a full buffer when the
// stream breaks become unhandled rejections, which end the process: so never let it fill.
const IN_FLIGHT = 15;

/**
 * The one client of the process that appends. The pending appends of all clients lie in one table: the broken stream of one would
 * reject the appends of another, and their answers, when they come, would end the process. For the same reason the client is
 * replaced after an outage only when it has ended; that also gets rid of all that it remembers of the server.
 */
class Appender {
  private client: Promise<EventStoreDBClient>;
  private readonly limit = pLimit(IN_FLIGHT);
  users = 0;

  constructor(readonly url: string) {
    this.client = Promise.resolve(EventStoreDBClient.connectionString(url));
  }

  async append(stream: string, events: EventData[], expectedRevision: bigint | 'no_stream', patience: AppendPatience) {
    let until = Infinity;
    const attempt = async (): Promise<AppendResult> => {
      until = Math.min(until, Date.now() + patience.giveUpAfter);
      const used = this.client;
      const client = await used;
      try {
        const options = { expectedRevision, deadline: patience.answerWithin };
        return await within(patience.answerWithin, client.appendToStream(stream, events, options));
      } catch (error) {
        if (isOutage(error) && this.client === used) this.client = this.replaced(client);
        throw error;
      }
    };
    for (let wait = 50; ; wait = Math.min(2 * wait, 1000)) {
      try {
        return await this.limit(attempt);
      } catch (error) {
        if (!isOutage(error)) throw error;
        if (Date.now() + wait >= until) throw new StoreUnavailable(error);
      }
      await pause(wait);
    }
  }

  async close(): Promise<void> {
    await ended(await this.client);
  }

  private async replaced(client: EventStoreDBClient): Promise<EventStoreDBClient> {
    await ended(client);
    return EventStoreDBClient.connectionString(this.url);
  }
}

/** `dispose` ends the streams only; the connection would stay. */
export async function ended(client: EventStoreDBClient): Promise<void> {
  await client.dispose();
  const channel = await client['getChannel']().catch(() => undefined);
  channel?.close();
}

let appender: Appender | undefined;

/** @throws Error when the process appends to another server already */
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
