import type pg from 'pg';
import { ensureSchema, isOutage } from '../database/database.js';
import type {
  Appended,
  Batch,
  EventStore,
  ExpectedRevision,
  FollowOptions,
  NewFact,
  Position,
  ReadOptions,
  StoredFact,
} from './event-store.js';
import { StoreUnavailable, toPosition } from './event-store.js';
import { batched } from '../database/batched.js';
import { Backoff } from './backoff.js';
import { PostgresAppender } from './postgres-appender.js';
import { LogTail } from './postgres-log-tail.js';
import { POSTGRES_LOG_SCHEMA } from './postgres-log.sql.js';

const READ_PAGE = 500;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
const HEAD = 'head';

const HEAD_QUERY_MS = 1000;
/** Milliseconds to the next query of the head, at the same moment for all followers of this process that wait. */
const untilHeadQuery = (): number => Math.ceil(HEAD_QUERY_MS - (performance.now() % HEAD_QUERY_MS));
const COLUMNS = 'position, id, stream, revision, type, data, metadata';

/** Columns as texts, in the order of `COLUMNS`; `toFact` parses each text once. */
type Row = [
  position: string | null,
  id: string,
  stream: string,
  revision: string,
  type: string,
  data: string,
  metadata: string,
  head?: string,
];
const asTexts = { rowMode: 'array' as const, types: { getTypeParser: () => (text: string) => text } };

const toFact = ([position, id, stream, revision, type, data, metadata]: Row): StoredFact => ({
  id,
  type,
  data: JSON.parse(data) as object,
  metadata: JSON.parse(metadata) as StoredFact['metadata'],
  stream,
  revision: Number(revision),
  position: toPosition(position!),
});

/** The log in one PostgreSQL table, for one or several processes. */
export class PostgresLog implements EventStore {
  private readonly appender: PostgresAppender;
  private readonly tail: LogTail;

  private constructor(
    url: string,
    private readonly pool: pg.Pool,
    private readonly id: string,
  ) {
    this.tail = new LogTail(
      url,
      () => this.head(),
      (after, limit) => this.page(after, undefined, limit),
    );
    this.appender = new PostgresAppender(url, (facts) => this.tail.add(facts));
  }

  /** Creates missing tables. */
  static async open(url: string, pool: pg.Pool): Promise<PostgresLog> {
    await ensureSchema(pool, POSTGRES_LOG_SCHEMA);
    const { rows } = await pool.query<{ id: string }>('select id from log_identity');
    return new PostgresLog(url, pool, rows[0]!.id);
  }

  identity(): Promise<string> {
    return Promise.resolve(this.id);
  }

  async head(): Promise<Position> {
    const { rows } = await this.query<{ head: string }>({
      text: 'select coalesce(max(position), 0) as head from facts',
    });
    return toPosition(rows[0]!.head);
  }

  private readonly heads = batched(async () => new Map([[HEAD, await this.head()]]));

  append(stream: string, expected: ExpectedRevision, facts: NewFact[]): Promise<Appended> {
    return this.appender.append(stream, expected, facts);
  }

  async *read(
    stream: string,
    { from, backwards = false, limit = Infinity }: ReadOptions = {},
  ): AsyncIterable<StoredFact> {
    let next = from;
    let left = limit;
    while (left > 0) {
      const size = Math.min(left, READ_PAGE);
      const facts =
        next === undefined && size === READ_PAGE && !backwards
          ? (await this.firstPages([stream])).get(stream)!
          : await this.pageOf(stream, next, backwards, size);
      yield* facts;
      if (facts.length < size) return;
      left -= facts.length;
      next = facts.at(-1)!.revision + (backwards ? -1 : 1);
    }
  }

  /** First pages of several streams in one query: decisions load them. */
  private readonly firstPages = batched(async (streams) => {
    const facts = await this.queryFacts(
      'first_pages',
      `select page.* from unnest($1::text[]) wanted
       cross join lateral (select ${COLUMNS} from facts where stream = wanted order by revision limit ${READ_PAGE}) page
       order by page.stream, page.revision`,
      [streams],
    );
    const pages = new Map<string, StoredFact[]>(streams.map((stream) => [stream, []]));
    for (const fact of facts) pages.get(fact.stream)!.push(fact);
    return pages;
  });

  private async pageOf(
    stream: string,
    next: number | undefined,
    backwards: boolean,
    size: number,
  ): Promise<StoredFact[]> {
    return this.queryFacts(
      backwards ? 'page_backwards' : 'page_forwards',
      backwards
        ? `select ${COLUMNS} from facts where stream = $1 and revision <= $2 order by revision desc limit $3`
        : `select ${COLUMNS} from facts where stream = $1 and revision >= $2 order by revision limit $3`,
      [stream, next ?? (backwards ? 2 ** 31 - 1 : 0), size],
    );
  }

  async *follow(after: Position, { signal, types, batchSize = 1000 }: FollowOptions): AsyncIterable<Batch> {
    let position = after;
    const backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    let atHead = false;
    while (!signal.aborted) {
      try {
        let batch =
          this.tail.after(position, types, batchSize, signal) ?? (await this.page(position, types, batchSize));
        backoff.reset();
        if (batch.position === position && atHead) {
          if ((await this.tail.wake(position, untilHeadQuery(), signal)) || signal.aborted) continue;
          // From the table, in case the tail is stuck; one query for all followers that wait.
          const head = (await this.heads([HEAD])).get(HEAD)!;
          batch = head > position ? await this.page(position, types, batchSize) : { facts: [], position, atHead: true };
        }
        ({ position, atHead } = batch);
        yield batch;
      } catch (error) {
        if (!isOutage(error)) throw error;
        await backoff.pause(signal);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.tail.close(), this.appender.close()]);
  }

  private async page(after: Position, types: readonly string[] | undefined, limit: number): Promise<Batch> {
    const { rows } = await this.pool.query<Row>({
      ...asTexts,
      name: 'page_of_log',
      text: `with head as materialized (select coalesce(max(position), 0) as head from facts)
       select page.*, head.head from head left join lateral (
         select ${COLUMNS} from facts
         where position > $1 and position <= head.head and ($2::text[] is null or type = any($2))
         order by position limit $3
       ) page on true`,
      values: [BigInt(after).toString(), types ?? null, limit],
    });
    const head = toPosition(rows[0]![7]!);
    const facts = rows[0]![0] === null ? [] : rows.map(toFact);
    const position = facts.length < limit ? (head > after ? head : after) : facts.at(-1)!.position;
    return { facts, position, atHead: position >= head };
  }

  private async queryFacts(name: string, text: string, values: unknown[]): Promise<StoredFact[]> {
    const { rows } = await this.query<Row>({ ...asTexts, name, text, values });
    return rows.map(toFact);
  }

  private async query<R extends pg.QueryResultRow | unknown[]>(config: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    try {
      return await this.pool.query<R>(config);
    } catch (error) {
      throw isOutage(error) ? new StoreUnavailable(error) : error;
    }
  }
}
