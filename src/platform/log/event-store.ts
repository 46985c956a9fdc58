/**
 * The log. One port, two adapters (`postgres-log.ts`, `eventstoredb.ts`), one contract suite for both
 * (`test/event-store/event-store.contract.ts`).
 */

/** Place in the whole log: 20 decimal digits, so that comparing positions as strings orders them. */
export type Position = string;

export const START: Position = '0'.repeat(20);
export const toPosition = (n: bigint | number | string): Position => String(n).padStart(20, '0');

/** Ids only, never personal data: metadata is not sealed. */
export interface FactMetadata {
  /** author: `user:<id>`, `token:<id>` or `system` */
  by: string;
  /** way in: `web`, `api:<token name>`, a saga's name, `mail-worker` */
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
  /** UUID; a second append with the same id and expected revision changes nothing and returns the same answer */
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

/** Revision of the last fact of the stream that the decision read. */
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
  /** facts of other types may be left out; `position` passes them nevertheless */
  types?: readonly string[];
  /** maximum number of facts in a batch; default 1000 */
  batchSize?: number;
  /** default false; true: reads its types from the log itself while this process is behind with all facts */
  urgent?: boolean;
}

export interface Batch {
  facts: StoredFact[];
  /** every fact up to this position was delivered: the next checkpoint of the follower */
  position: Position;
  /** true if the log held no later fact at that moment, or some moment of the last seconds while facts keep coming */
  atHead: boolean;
}

export interface EventStore {
  /** Id of this log, for checkpoints: a UUID that is created with the log and never changes. */
  identity(): Promise<string>;
  /** Position of the last fact; `START` if the log is empty. @throws StoreUnavailable */
  head(): Promise<Position>;
  /**
   * Appends all facts or none. Repeats the append with the same ids during an outage, for some seconds.
   * @throws WrongExpectedRevision if the stream is at another revision; NothingToAppend without a fact; FactTooLarge
   * over 1 MiB; StoreUnavailable if the outage lasts longer
   */
  append(stream: string, expected: ExpectedRevision, facts: NewFact[]): Promise<Appended>;
  /** Facts of one stream in their order; none if the stream does not exist. @throws StoreUnavailable */
  read(stream: string, options?: ReadOptions): AsyncIterable<StoredFact>;
  /**
   * Every fact after `after`, in order, each exactly once; ends only when `signal` aborts. Continues after outages,
   * with growing pauses between tries. Yields an empty batch with `atHead: true` about once a second while the log has
   * no new facts and the store answers. Other followers may get the same objects: do not change them.
   */
  follow(after: Position, options: FollowOptions): AsyncIterable<Batch>;
  close(): Promise<void>;
}

export class WrongExpectedRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** current revision; undefined if the store does not report it */
    readonly actual: ExpectedRevision | undefined,
  ) {
    super(`stream ${stream} is at revision ${actual ?? 'unknown'}, expected ${expected}`);
    this.name = 'WrongExpectedRevision';
  }
}

export class NothingToAppend extends Error {
  constructor(stream: string) {
    super(`an append to ${stream} contains no fact`);
    this.name = 'NothingToAppend';
  }
}

/** Limit of one append, with every adapter: the default of EventStoreDB. */
export const MAX_APPEND_BYTES = 1024 * 1024;

export class FactTooLarge extends Error {
  constructor(readonly bytes: number) {
    super(`an append has ${bytes} bytes, over the limit of ${MAX_APPEND_BYTES}`);
    this.name = 'FactTooLarge';
  }
}

export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('the log does not answer', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** The log cannot be used; the message is one line for the operator. */
export class LogProblem extends Error {
  override readonly name = 'LogProblem';
}
