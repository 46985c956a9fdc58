/**
 * The log. One port, two adapters (`postgres-log.ts`, `eventstoredb.ts`), one contract suite (`test/event-store/event-store.contract.ts`).
 */

/** Place in the whole log: 20 decimal digits, so that comparing positions as strings orders them. */
export type Position = string;

export const START: Position = '0'.repeat(20);
export const toPosition = (n: bigint | number | string): Position => String(n).padStart(20, '0');

/** Ids only, never personal data: metadata is not sealed. */
export interface FactMetadata {
  /** who: `user:<id>`, `token:<id>` or `system` */
  by: string;
  /** by which way in: `web`, `api:<token name>`, a saga's name, `mail-worker` */
  via: string;
  /** ISO 8601 UTC */
  at: string;
  correlationId: string;
  causationId: string | null;
  /** shape version of the fact's data */
  v: number;
  /** id of the data key under which the personal fields are sealed */
  key?: string;
}

export interface NewFact {
  /** UUID; appending the same id again at the same expected revision changes nothing and answers as the first time */
  id: string;
  type: string;
  data: object;
  metadata: FactMetadata;
}

export interface StoredFact extends NewFact {
  stream: string;
  /** 0-based within the stream */
  revision: number;
  position: Position;
}

/** Revision of the stream's last fact as the decision read it. */
export type ExpectedRevision = number | 'no-stream';

export interface Appended {
  /** of the last fact appended */
  revision: number;
  position: Position;
}

export interface ReadOptions {
  /** first revision (inclusive); default: the first, or the last when backwards */
  from?: number;
  backwards?: boolean;
  limit?: number;
}

export interface FollowOptions {
  signal: AbortSignal;
  /** facts of other types may be left out; `position` moves past them all the same */
  types?: readonly string[];
  /** at most this many facts a batch; default 1000 */
  batchSize?: number;
}

export interface Batch {
  facts: StoredFact[];
  /** everything up to here has been delivered: the follower's next checkpoint */
  position: Position;
  /** true when the log held nothing further at that moment */
  atHead: boolean;
  /** true when others are given the same objects */
  shared?: boolean;
}

export interface EventStore {
  /** Stable id of this log, for checkpoints: a UUID made when the log was made. */
  identity(): Promise<string>;
  /** Position of the last fact, `START` when empty. */
  head(): Promise<Position>;
  /**
   * Appends all facts or none. An outage is waited out for some seconds by asking again with the same ids.
   * @throws WrongExpectedRevision when the stream has moved; NothingToAppend without a fact; FactTooLarge over 1 MiB;
   * StoreUnavailable when the store stays away
   */
  append(stream: string, expected: ExpectedRevision, facts: NewFact[]): Promise<Appended>;
  /** Facts of one stream in order; nothing when there is no such stream. @throws StoreUnavailable */
  read(stream: string, options?: ReadOptions): AsyncIterable<StoredFact>;
  /**
   * Every fact after `after`, in order, each once, for ever: ends only when `signal` aborts. Outages are waited out with growing
   * pauses. While nothing new comes, yields an empty batch with `atHead: true` about once a second, as long as the store answers.
   */
  follow(after: Position, options: FollowOptions): AsyncIterable<Batch>;
  close(): Promise<void>;
}

export class WrongExpectedRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** revision found; undefined when the store does not tell */
    readonly actual: ExpectedRevision | undefined,
  ) {
    super(`stream ${stream} is at ${String(actual)}, not at ${String(expected)}`);
    this.name = 'WrongExpectedRevision';
  }
}

export class NothingToAppend extends Error {
  constructor(stream: string) {
    super(`an append to ${stream} holds no fact`);
    this.name = 'NothingToAppend';
  }
}

/** One append is at most 1 MiB (EventStoreDB's default), whatever the store. */
export const MAX_APPEND_BYTES = 1024 * 1024;

export class FactTooLarge extends Error {
  constructor(readonly bytes: number) {
    super(`an append of ${bytes} bytes is over the limit of ${MAX_APPEND_BYTES}`);
    this.name = 'FactTooLarge';
  }
}

export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('the log does not answer', { cause });
    this.name = 'StoreUnavailable';
  }
}
