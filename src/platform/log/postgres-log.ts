import type pg from 'pg';
import { isOutage } from '../database/database.js';
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
import { PostgresAppender } from './postgres-appender.js';
import { PostgresSubscription } from './postgres-subscription.js';
import { type LogReader, Tail } from './tail.js';

const READ_PAGE = 500;
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
export class PostgresLog implements EventStore, LogReader {
  private readonly appender: PostgresAppender;
  private readonly tail = new Tail(this);
  private readonly subscriptions = new Set<PostgresSubscription>();

  private constructor(
    private readonly url: string,
    private readonly pool: pg.Pool,
    private readonly id: string,
  ) {
    this.appender = new PostgresAppender(url, (facts) => {
      if (this.subscriptions.size === 0) return;
      const stored = facts();
      for (const subscription of this.subscriptions) subscription.add(stored);
    });
  }

  static async open(url: string, pool: pg.Pool): Promise<PostgresLog> {
    return new PostgresLog(url, pool, (await identityOf(pool)) ?? (await makeIdentity(pool)));
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
        (next ?? 0) === 0 && size === READ_PAGE && !backwards
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

  follow(after: Position, options: FollowOptions): AsyncIterable<Batch> {
    return this.tail.follow(after, options);
  }

  async *catchUp(after: Position, { signal, types, batchSize = 1000 }: FollowOptions): AsyncGenerator<Batch> {
    let batch: Batch | undefined;
    do {
      batch = await this.page(batch?.position ?? after, types, batchSize);
      yield batch;
    } while (!batch.atHead && !signal.aborted);
  }

  async *subscribe(after: Position, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    const subscription = new PostgresSubscription(this.url, (from) => this.page(from, undefined, 1000));
    this.subscriptions.add(subscription);
    try {
      yield* subscription.batches(after, signal);
    } finally {
      this.subscriptions.delete(subscription);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.tail.close(), this.appender.close()]);
  }

  private async page(after: Position, types: readonly string[] | undefined, limit: number): Promise<Batch> {
    const { rows } = await this.query<Row>({
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

async function identityOf(pool: pg.Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>('select id from log_identity');
  return rows[0]?.id;
}

/** Of several processes that open a new log at once, the first one gives it its identity. */
async function makeIdentity(pool: pg.Pool): Promise<string> {
  await pool.query('insert into log_identity (id) values (gen_random_uuid()) on conflict do nothing');
  return (await identityOf(pool))!;
}
