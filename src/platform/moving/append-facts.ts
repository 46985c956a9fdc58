import type pg from 'pg';
import { binaryArray, JSON_TYPE } from '../database/binary-array.js';
import { inTransaction } from '../database/database.js';
import { type EventStore, FactTooLarge, MAX_APPEND_BYTES, type StoredFact } from '../log/event-store.js';
import { bytesOf } from '../log/eventstoredb-facts.js';
import { reached } from '../steps.js';
import { inGroups, MoveProblem } from './export-folder.js';

const FACTS_AT_ONCE = 500;

/**
 * One append at a time keeps the order of the log. Consecutive facts of one stream share an append; their ids make a
 * repeated append idempotent.
 * @throws MoveProblem if a fact is too large for the store
 */
export async function appendFacts(store: EventStore, facts: AsyncIterable<StoredFact>): Promise<void> {
  for await (const group of ofOneStream(facts)) {
    const { stream, revision, id } = group[0]!;
    try {
      await store.append(stream, revision === 0 ? 'no-stream' : revision - 1, group);
    } catch (error) {
      if (!(error instanceof FactTooLarge)) throw error;
      throw new MoveProblem(`fact ${id} of ${stream} is too large for this log: ${error.message}. Keep the old log.`);
    }
    reached('import.appended');
  }
}

async function* ofOneStream(facts: AsyncIterable<StoredFact>): AsyncGenerator<StoredFact[]> {
  let group: StoredFact[] = [];
  let bytes = 0;
  for await (const fact of facts) {
    const more = bytesOf([fact]);
    const isFull = group.length === FACTS_AT_ONCE || bytes + more > MAX_APPEND_BYTES;
    if (group.length > 0 && (isFull || fact.stream !== group[0]!.stream)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(fact);
    bytes += more;
  }
  if (group.length > 0) yield group;
}

/** All facts in one transaction, with the positions 1, 2, 3 …: those of any log in PostgreSQL. */
export async function insertFacts(pool: pg.Pool, facts: AsyncIterable<StoredFact>): Promise<void> {
  await inTransaction(
    pool,
    async (client) => {
      let before = 0;
      for await (const group of inGroups(facts, FACTS_AT_ONCE)) {
        await client.query(
          `insert into facts (position, id, stream, revision, type, data, metadata)
           select $1 + n, id, stream, revision, type, data, metadata
           from unnest($2::uuid[], $3::text[], $4::integer[], $5::text[], $6::json[], $7::json[])
             with ordinality as f (id, stream, revision, type, data, metadata, n)`,
          [
            before,
            group.map(({ id }) => id),
            group.map(({ stream }) => stream),
            group.map(({ revision }) => revision),
            group.map(({ type }) => type),
            jsonsOf(group.map(({ data }) => data)),
            jsonsOf(group.map(({ metadata }) => metadata)),
          ],
        );
        before += group.length;
        reached('import.inserted');
      }
    },
    'begin; set local idle_in_transaction_session_timeout = 0',
  );
}

const jsonsOf = (values: readonly object[]): Buffer =>
  binaryArray(
    JSON_TYPE,
    values.map((value) => JSON.stringify(value)),
  );
