import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ensureSchema, isOutage } from './database.js';
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
import { FactTooLarge, MAX_APPEND_BYTES, StoreUnavailable, toPosition, WrongExpectedRevision } from './event-store.js';
import { reached } from './kill-points.js';
import { LogTail } from './postgres-log-tail.js';
import { POSTGRES_LOG_SCHEMA } from './postgres-log.sql.js';

const GROUP_FACTS = 512;
const GIVE_UP_AFTER_MS = 10_000;
const READ_PAGE = 500;
const COLUMNS = 'position, id, stream, revision, type, data, metadata';

interface Row {
  position: string;
  id: string;
  stream: string;
  revision: number;
  type: string;
  data: object;
  metadata: StoredFact['metadata'];
}

interface Waiting {
  stream: string;
  expected: ExpectedRevision;
  facts: { id: string; type: string; data: string; metadata: string }[];
  since: number;
  done: (appended: Appended) => void;
  failed: (error: unknown) => void;
}

const toFact = (row: Row): StoredFact => ({ ...row, position: toPosition(row.position) });
const toNumber = (expected: ExpectedRevision): number => (expected === 'no-stream' ? -1 : expected);

/** The log in one PostgreSQL table: for a single machine, and for several processes on one database. */
export class PostgresLog implements EventStore {
  private readonly waiting: Waiting[] = [];
  private appending: Promise<void> | undefined;
  private appender: pg.Client | undefined;
  private closed = false;
  private readonly tail: LogTail;

  private constructor(
    private readonly url: string,
    private readonly pool: pg.Pool,
    private readonly id: string,
  ) {
    this.tail = new LogTail(
      url,
      () => this.head(),
      (after, limit) => this.page(after, undefined, limit),
    );
  }

  static async open(url: string, pool: pg.Pool): Promise<PostgresLog> {
    await ensureSchema(pool, POSTGRES_LOG_SCHEMA);
    const { rows } = await pool.query<{ id: string }>('select id from log_identity');
    return new PostgresLog(url, pool, rows[0]!.id);
  }

  identity(): Promise<string> {
    return Promise.resolve(this.id);
  }

  async head(): Promise<Position> {
    const { rows } = await this.ask<{ head: string }>('select coalesce(max(position), 0) as head from facts');
    return toPosition(rows[0]!.head);
  }

  append(stream: string, expected: ExpectedRevision, facts: NewFact[]): Promise<Appended> {
    if (this.closed) return Promise.reject(new StoreUnavailable(new Error('closed')));
    const encoded = facts.map((fact) => ({
      id: fact.id,
      type: fact.type,
      data: JSON.stringify(fact.data),
      metadata: JSON.stringify(fact.metadata),
    }));
    const bytes = encoded.reduce((sum, fact) => sum + Buffer.byteLength(fact.data) + Buffer.byteLength(fact.metadata), 0);
    if (bytes > MAX_APPEND_BYTES) return Promise.reject(new FactTooLarge(bytes));
    return new Promise((done, failed) => {
      this.waiting.push({ stream, expected, facts: encoded, since: Date.now(), done, failed });
      this.appending ??= this.appendGroups();
    });
  }

  async *read(stream: string, { from, backwards = false, limit = Infinity }: ReadOptions = {}): AsyncIterable<StoredFact> {
    let next = from;
    let left = limit;
    while (left > 0) {
      const size = Math.min(left, READ_PAGE);
      const { rows } = await this.ask<Row>(
        backwards
          ? `select ${COLUMNS} from facts where stream = $1 and revision <= $2 order by revision desc limit $3`
          : `select ${COLUMNS} from facts where stream = $1 and revision >= $2 order by revision limit $3`,
        [stream, next ?? (backwards ? 2 ** 31 - 1 : 0), size],
      );
      for (const row of rows) yield toFact(row);
      if (rows.length < size) return;
      left -= rows.length;
      next = rows.at(-1)!.revision + (backwards ? -1 : 1);
    }
  }

  async *follow(after: Position, { signal, types, batchSize = 1000 }: FollowOptions): AsyncIterable<Batch> {
    let position = after;
    let wait = 50;
    while (!signal.aborted) {
      try {
        const batch = this.tail.after(position, types, batchSize, signal) ?? (await this.page(position, types, batchSize));
        wait = 50;
        if (batch.position > position) {
          position = batch.position;
          yield batch;
        } else if (await this.tail.wake(position, 1000, signal)) continue;
        else if (!signal.aborted && (await this.head()) === position) yield { facts: [], position, atHead: true };
      } catch (error) {
        if (!isOutage(error)) throw error;
        await pause(wait, undefined, { signal, ref: false }).catch(() => undefined);
        wait = Math.min(wait * 2, 2000);
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.tail.close();
    await this.appending;
    await this.appender?.end().catch(() => undefined);
  }

  private async page(after: Position, types: readonly string[] | undefined, limit: number): Promise<Batch> {
    const { rows } = await this.pool.query<Row & { head: string }>(
      `with head as materialized (select coalesce(max(position), 0) as head from facts)
       select head.head, page.* from head left join lateral (
         select ${COLUMNS} from facts
         where position > $1 and position <= head.head and ($2::text[] is null or type = any($2))
         order by position limit $3
       ) page on true`,
      [BigInt(after).toString(), types ?? null, limit],
    );
    const head = toPosition(rows[0]!.head);
    const facts = rows.filter((row) => row.position !== null).map(({ head: _, ...row }) => toFact(row));
    const position = facts.length < limit ? (head > after ? head : after) : facts.at(-1)!.position;
    return { facts, position, atHead: position >= head };
  }

  private async ask<R extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<pg.QueryResult<R>> {
    try {
      return await this.pool.query<R>(sql, values);
    } catch (error) {
      throw isOutage(error) ? new StoreUnavailable(error) : error;
    }
  }

  /** Ends in the same step in which nothing is waiting any more: an append a moment later starts it again. */
  private async appendGroups(): Promise<void> {
    await Promise.resolve();
    while (this.waiting.length > 0) await this.tryGroup(this.takeGroup());
    this.appending = undefined;
  }

  private async tryGroup(group: Waiting[]): Promise<void> {
    try {
      await this.appendGroup(group);
    } catch (error) {
      if (isOutage(error)) await this.keepForLater(group, error);
      else if (group.length === 1) group[0]!.failed(error);
      else for (const one of group) await this.tryGroup([one]);
    }
  }

  /** Of one stream only the first waiting append, since the next one expects what this one makes. */
  private takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    const streams = new Set<string>();
    let facts = 0;
    for (let i = 0; i < this.waiting.length && facts < GROUP_FACTS;) {
      const one = this.waiting[i]!;
      if (streams.has(one.stream)) i++;
      else {
        streams.add(one.stream);
        facts += one.facts.length;
        group.push(one);
        this.waiting.splice(i, 1);
      }
    }
    return group;
  }

  private async appendGroup(group: Waiting[]): Promise<void> {
    const flat = group.flatMap((one, index) =>
      one.facts.map((fact) => ({ ...fact, index, stream: one.stream, expected: toNumber(one.expected) })),
    );
    const client = await this.appenderClient();
    const { rows } = await client.query<{ append: number; outcome: string; revision: number; position: string }>({
      name: 'append_facts',
      text: 'select * from append_facts($1, $2, $3, $4, $5, $6, $7)',
      values: [
        flat.map((fact) => fact.index),
        flat.map((fact) => fact.id),
        flat.map((fact) => fact.stream),
        flat.map((fact) => fact.expected),
        flat.map((fact) => fact.type),
        flat.map((fact) => fact.data),
        flat.map((fact) => fact.metadata),
      ],
    });
    reached('log.group-appended');
    for (const row of rows) {
      const one = group[row.append]!;
      if (row.outcome === 'appended' || row.outcome === 'known')
        one.done({ revision: row.revision, position: toPosition(row.position) });
      else if (row.outcome === 'moved')
        one.failed(new WrongExpectedRevision(one.stream, one.expected, row.revision < 0 ? 'no-stream' : row.revision));
      else one.failed(new Error(`fact id ${one.facts.at(-1)!.id} is taken by another stream`));
    }
  }

  /** The outcome of an interrupted group is unknown; the ids make asking again harmless. */
  private async keepForLater(group: Waiting[], error: unknown): Promise<void> {
    this.appender?.end().catch(() => undefined);
    this.appender = undefined;
    const now = Date.now();
    for (const one of group.toReversed()) {
      if (this.closed || now - one.since > GIVE_UP_AFTER_MS) one.failed(new StoreUnavailable(error));
      else this.waiting.unshift(one);
    }
    await pause(100, undefined, { ref: false });
  }

  private async appenderClient(): Promise<pg.Client> {
    if (this.appender) return this.appender;
    const client = new pg.Client({ connectionString: this.url, application_name: 'mailroom-appender', keepAlive: true });
    client.on('error', () => {
      if (this.appender === client) this.appender = undefined;
    });
    await client.connect();
    await client.query(`set plan_cache_mode = force_generic_plan`);
    return (this.appender = client);
  }
}
