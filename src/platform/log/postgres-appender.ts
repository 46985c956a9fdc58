import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { binaryArray, JSON_TYPE } from '../database/binary-array.js';
import { Connection } from '../database/connection.js';
import { isOutage } from '../database/database.js';
import type { Appended, ExpectedRevision, NewFact, StoredFact } from './event-store.js';
import { FactTooLarge, MAX_APPEND_BYTES, NothingToAppend, StoreUnavailable, toPosition } from './event-store.js';
import { WrongExpectedRevision } from './event-store.js';
import { reached } from '../steps.js';

const GROUP_FACTS = 512;
const GIVE_UP_AFTER_MS = 10_000;

interface Waiting {
  stream: string;
  expected: ExpectedRevision;
  facts: { id: string; type: string; data: string; metadata: string }[];
  since: number;
  done: (appended: Appended) => void;
  failed: (error: unknown) => void;
}

interface Outcome {
  append: number;
  outcome: 'appended' | 'known' | 'moved' | 'id-taken';
  revision: number;
  position: string;
}

/** Group commit: appends that wait at the same moment share a transaction, on a connection that only appends. */
export class PostgresAppender {
  private readonly waiting: Waiting[] = [];
  private appending: Promise<void> | undefined;
  private client: pg.Client | undefined;
  private closed = false;

  /**
   * @param stored is called with the stored facts of a group, in order and without gaps, before the appends of the
   * group resolve
   */
  constructor(
    private readonly url: string,
    private readonly stored: (facts: () => StoredFact[]) => void,
  ) {}

  append(stream: string, expected: ExpectedRevision, facts: readonly NewFact[]): Promise<Appended> {
    if (this.closed) return Promise.reject(new StoreUnavailable(new Error('closed')));
    if (facts.length === 0) return Promise.reject(new NothingToAppend(stream));
    const encoded = facts.map(({ id, type, data, metadata }) => ({
      id,
      type,
      data: JSON.stringify(data),
      metadata: JSON.stringify(metadata),
    }));
    const bytes = encoded.reduce(
      (sum, fact) => sum + Buffer.byteLength(fact.data) + Buffer.byteLength(fact.metadata),
      0,
    );
    if (bytes > MAX_APPEND_BYTES) return Promise.reject(new FactTooLarge(bytes));
    return new Promise((done, failed) => {
      this.waiting.push({ stream, expected, facts: encoded, since: performance.now(), done, failed });
      this.appending ??= this.appendGroups();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.appending;
    await this.client?.end().catch(() => undefined);
  }

  /** No `await` between the last check of `waiting` and the end: the next append must start the loop again. */
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

  /** At most one append for each stream: the next one expects the revision that this one makes. */
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
    const client = await this.connected();
    const { rows } = await client.query<Outcome>({
      name: 'append_facts',
      text: 'select * from append_facts($1, $2, $3, $4, $5, $6, $7)',
      values: [
        flat.map((fact) => fact.index),
        flat.map((fact) => fact.id),
        flat.map((fact) => fact.stream),
        flat.map((fact) => fact.expected),
        flat.map((fact) => fact.type),
        binaryArray(
          JSON_TYPE,
          flat.map((fact) => fact.data),
        ),
        binaryArray(
          JSON_TYPE,
          flat.map((fact) => fact.metadata),
        ),
      ],
    });
    reached('log.group-appended');
    this.stored(() =>
      rows.flatMap((row) => (row.outcome === 'appended' ? storedBy(group[row.append]!, row) : [])).sort(byPosition),
    );
    for (const row of rows) {
      const one = group[row.append]!;
      if (row.outcome === 'appended' || row.outcome === 'known')
        one.done({ revision: row.revision, position: toPosition(row.position) });
      else if (row.outcome === 'moved')
        one.failed(new WrongExpectedRevision(one.stream, one.expected, row.revision < 0 ? 'no-stream' : row.revision));
      else one.failed(new Error(`fact id ${one.facts.at(-1)!.id} is taken by another stream`));
    }
  }

  /** The outcome of an interrupted group is unknown; its ids make another try idempotent. */
  private async keepForLater(group: Waiting[], error: unknown): Promise<void> {
    this.client?.end().catch(() => undefined);
    this.client = undefined;
    const now = performance.now();
    for (const one of group.toReversed()) {
      if (this.closed || now - one.since > GIVE_UP_AFTER_MS) one.failed(new StoreUnavailable(error));
      else this.waiting.unshift(one);
    }
    await pause(100, undefined, { ref: false });
  }

  private async connected(): Promise<pg.Client> {
    if (this.client) return this.client;
    const client = new Connection({ connectionString: this.url, application_name: 'mailroom-appender' });
    client.on('error', () => {
      if (this.client === client) this.client = undefined;
    });
    await client.connect();
    await client.query(`set plan_cache_mode = force_generic_plan`);
    return (this.client = client);
  }
}

const toNumber = (expected: ExpectedRevision): number => (expected === 'no-stream' ? -1 : expected);
const byPosition = (a: StoredFact, b: StoredFact): number => (a.position < b.position ? -1 : 1);

/** Facts as a reader gets them. The facts of one append have adjacent positions. */
function storedBy({ stream, facts }: Waiting, last: Outcome): StoredFact[] {
  return facts.map(({ id, type, data, metadata }, index) => {
    const before = facts.length - 1 - index;
    return {
      id,
      type,
      stream,
      data: JSON.parse(data) as object,
      metadata: JSON.parse(metadata) as StoredFact['metadata'],
      revision: last.revision - before,
      position: toPosition(BigInt(last.position) - BigInt(before)),
    };
  });
}
