import { BACKWARDS, END, EventStoreDBClient, FORWARDS, START as LOG_START } from '@eventstore/db-client';
import type { StreamingRead } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { FactTooLarge, MAX_APPEND_BYTES, NothingToAppend, START, StoreUnavailable, toPosition } from './event-store.js';
import { WrongExpectedRevision } from './event-store.js';
import type { Appended, Batch, EventStore, ExpectedRevision, FollowOptions } from './event-store.js';
import type { NewFact, Position, ReadOptions, StoredFact } from './event-store.js';
import { claimAppender, closeClient, releaseAppender } from './eventstoredb-appender.js';
import type { Appender, AppendPatience } from './eventstoredb-appender.js';
import { isAbsentStream, isOutage, isTooLarge, isWrongVersion } from './eventstoredb-errors.js';
import { bytesOf, IDENTITY_STREAM, isFact, toEvent, toStoredFact } from './eventstoredb-facts.js';
import { catchUp, subscribe } from './eventstoredb-reader.js';
import { answering } from './eventstoredb-start.js';
import { drain } from './eventstoredb-subscription.js';
import { type LogReader, Tail } from './tail.js';

/**
 * The log on EventStoreDB 22.10 or later. A position is the commit position of a fact, never of a system record, so
 * that a follower of all facts ends exactly at `head()`.
 */
export class EventStoreDb implements EventStore, LogReader {
  private readonly client: EventStoreDBClient;
  private readonly tail = new Tail(this);
  private appender?: Appender;
  private knownId?: string;

  private constructor(
    private readonly url: string,
    private readonly patience: AppendPatience,
  ) {
    this.client = EventStoreDBClient.connectionString(url);
  }

  /**
   * Connects and makes the first calls. @param url `esdb://…`, `esdb+discover://…` or the same with `kurrentdb`
   * @throws LogProblem: one line for the operator
   */
  static open(url: string): Promise<EventStoreDb> {
    return answering(url, () => EventStoreDb.connect(url.replace(/^kurrentdb/, 'esdb')));
  }

  /** Connects at the first call. @throws Error for an invalid URL */
  static connect(url: string, patience: Partial<AppendPatience> = {}): EventStoreDb {
    return new EventStoreDb(url, { answerWithin: 2500, giveUpAfter: 10_000, ...patience });
  }

  async identity(): Promise<string> {
    return (this.knownId ??= (await this.storedIdentity()) ?? (await this.createIdentity()));
  }

  async head(): Promise<Position> {
    return (await this.lastFact())?.position ?? START;
  }

  async append(stream: string, expected: ExpectedRevision, facts: NewFact[]): Promise<Appended> {
    if (facts.length === 0) throw new NothingToAppend(stream);
    const bytes = bytesOf(facts);
    if (bytes > MAX_APPEND_BYTES) throw new FactTooLarge(bytes);
    this.appender ??= claimAppender(this.url);
    const revision = expected === 'no-stream' ? 'no_stream' : BigInt(expected);
    try {
      const answer = await this.appender.append(stream, facts.map(toEvent), revision, this.patience);
      const last = Number(answer.nextExpectedRevision);
      // With throwOnAppendFailure=false in the URL, the client returns this failure instead of throwing it.
      if (!answer.success) throw new WrongExpectedRevision(stream, expected, undefined);
      return {
        revision: last,
        position: answer.position ? toPosition(answer.position.commit) : await this.positionAt(stream, last),
      };
    } catch (error) {
      if (isTooLarge(error)) throw new FactTooLarge(bytes);
      if (!isWrongVersion(error)) throw error;
      const actual = error.actualVersion;
      throw new WrongExpectedRevision(stream, expected, typeof actual === 'bigint' ? Number(actual) : 'no-stream');
    }
  }

  async *read(stream: string, { from, backwards = false, limit }: ReadOptions = {}): AsyncIterable<StoredFact> {
    if (limit === 0) return;
    const source = this.client.readStream(stream, {
      direction: backwards ? BACKWARDS : FORWARDS,
      fromRevision: from !== undefined ? BigInt(from) : backwards ? END : LOG_START,
      maxCount: limit,
    });
    try {
      for await (const { event } of events(source)) if (event) yield toStoredFact(event);
    } catch (error) {
      if (!isAbsentStream(error)) throw error;
    }
  }

  follow(after: Position, options: FollowOptions): AsyncIterable<Batch> {
    return this.tail.follow(after, options);
  }

  catchUp(after: Position, options: FollowOptions): AsyncIterable<Batch> {
    return catchUp(this.client, () => this.lastFact(), after, options);
  }

  subscribe(after: Position, signal: AbortSignal): AsyncIterable<Batch> {
    return subscribe(this.client, () => this.head(), after, signal);
  }

  async close(): Promise<void> {
    await this.tail.close();
    if (this.appender) await releaseAppender(this.appender);
    this.appender = undefined;
    await closeClient(this.client);
  }

  /** Mostly the last record is a fact, or only a few system records follow it. */
  private async lastFact(): Promise<StoredFact | undefined> {
    for (const maxCount of [1, 100, Number.MAX_SAFE_INTEGER]) {
      const source = this.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount });
      for await (const { event } of events(source)) if (isFact(event)) return toStoredFact(event);
    }
    return undefined;
  }

  private async positionAt(stream: string, revision: number): Promise<Position> {
    for await (const fact of this.read(stream, { from: revision, limit: 1 })) return fact.position;
    throw new StoreUnavailable(new Error(`revision ${revision} of ${stream} was not found`));
  }

  private async storedIdentity(): Promise<string | undefined> {
    for await (const { data } of this.read(IDENTITY_STREAM, { limit: 1 })) return (data as { id: string }).id;
    return undefined;
  }

  private async createIdentity(): Promise<string> {
    const id = randomUUID();
    const at = new Date().toISOString();
    const metadata = { by: 'system', via: 'log', at, correlationId: id, causationId: null, v: 1 };
    try {
      await this.append(IDENTITY_STREAM, 'no-stream', [{ id, type: 'LogFounded', data: { id }, metadata }]);
      return id;
    } catch (error) {
      const first = error instanceof WrongExpectedRevision ? await this.storedIdentity() : undefined;
      if (!first) throw error;
      return first;
    }
  }
}

/** Events of a read, which is cancelled when the caller stops early. @throws StoreUnavailable */
async function* events<E>(source: StreamingRead<E>): AsyncGenerator<E, void, undefined> {
  // The iterator removes its own listener at its end, and an error without a listener would end the process.
  source.on('error', () => {});
  try {
    for await (const event of source.iterator({ destroyOnReturn: false })) yield event as E;
  } catch (error) {
    throw isOutage(error) ? new StoreUnavailable(error) : error;
  } finally {
    drain(source, source.cancel());
  }
}
