import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database/database.js';
import { type EventStore, type Position, START, type StoredFact } from '../log/event-store.js';
import { FACTS, makeFolder, type Manifest, writeLines, writeManifest } from './export-folder.js';
import { MOVED_TABLES } from './moved-tables.js';

const ROWS_AT_ONCE = 1000;
/** One moment for all tables, without limits of time. */
const SNAPSHOT = `begin isolation level repeatable read read only; set local statement_timeout = 0;
  set local idle_in_transaction_session_timeout = 0; set local bytea_output = hex`;

/**
 * Writes all facts, as stored, and all tables of the platform into a new folder. No service may write meanwhile.
 * @param sagas names of the followers with checkpoints to keep
 * @throws MoveProblem if the folder is not empty
 */
export async function exportLog(
  folder: string,
  { pool, store }: { pool: pg.Pool; store: EventStore },
  sagas: readonly string[],
): Promise<Manifest['files']> {
  await makeFolder(folder);
  const head = await store.head();
  const files: Manifest['files'] = { [FACTS]: await writeLines(folder, FACTS, linesOf(store, head)) };
  const checkpoints = await inTransaction(
    pool,
    async (client) => {
      for (const table of MOVED_TABLES)
        files[table] = await writeLines(folder, table, rowsOf(client, table), await columnsOf(client, table));
      const { rows } = await client.query<{ name: string; position: Position }>(
        'select name, position from checkpoints where log = $1 and name = any($2)',
        [await store.identity(), sagas],
      );
      return Object.fromEntries(rows.map(({ name, position }) => [name, position]));
    },
    SNAPSHOT,
  );
  await writeManifest(folder, { id: randomUUID(), head, checkpoints, files });
  return files;
}

/** All facts of the log up to `head`. */
export async function* factsUpTo(store: EventStore, head: Position): AsyncGenerator<StoredFact> {
  if (head === START) return;
  const stop = new AbortController();
  try {
    for await (const { facts, position } of store.follow(START, { signal: stop.signal })) {
      yield* facts;
      if (position >= head) return;
    }
  } finally {
    stop.abort();
  }
}

async function* linesOf(store: EventStore, head: Position): AsyncGenerator<string> {
  for await (const { id, stream, revision, type, data, metadata, position } of factsUpTo(store, head))
    yield JSON.stringify({ id, stream, revision, type, data, metadata, position });
}

async function* rowsOf(client: pg.ClientBase, table: string): AsyncGenerator<string> {
  await client.query(`declare moved cursor for select row_to_json(t)::text as line from ${table} t`);
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${ROWS_AT_ONCE} from moved`);
    for (const { line } of rows) yield line;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await client.query('close moved');
}

export async function columnsOf(client: Pick<pg.ClientBase, 'query'>, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
     order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}
