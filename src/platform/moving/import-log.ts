import type pg from 'pg';
import { inTransaction } from '../database/database.js';
import { type EventStore, START, type StoredFact } from '../log/event-store.js';
import { reached } from '../steps.js';
import { appendFacts, insertFacts } from './append-facts.js';
import { FACTS, inGroups, type Manifest, MoveProblem, readLines } from './export-folder.js';
import { columnsOf, factsUpTo } from './export-log.js';
import { importOf } from './imported-log.js';
import { MOVED_TABLES } from './moved-tables.js';
import { PositionTranslation } from './positions.js';

const ROWS_AT_ONCE = 500;

/** Where the facts go: into the table of the database, or into EventStoreDB. */
export interface Target {
  pool: pg.Pool;
  store: EventStore;
  isPostgres: boolean;
}

/**
 * Makes an empty database and an empty log the home of this export, or finds them to be so after a kill.
 * @returns whether all facts and tables are imported; `endImport` must still follow
 * @throws MoveProblem if the database or the log belongs to anything else
 */
export async function beginImport({ pool, store }: Target, folder: string, manifest: Manifest): Promise<boolean> {
  const begun = await importOf(pool);
  if (begun?.finishedAt) throw new MoveProblem('an import into this database is finished. Start the service.');
  if (begun && begun.export !== manifest.id)
    throw new MoveProblem(
      'another export is being imported into this database. Name its folder, or an empty database.',
    );
  if (begun) return begun.newHead !== null;
  for (const table of [...MOVED_TABLES, 'checkpoints'])
    if ((await pool.query(`select from ${table} limit 1`)).rowCount !== 0)
      throw new MoveProblem(`the database is not empty (${table} has rows). Set DATABASE_URL to an empty one.`);
  if ((await store.head()) !== START) throw new MoveProblem('the log is not empty. Name an empty one.');
  await inTransaction(pool, async (client) => {
    await client.query('insert into imported_log (export) values ($1)', [manifest.id]);
    await load(client, folder, 'master_key_check', manifest);
  });
  reached('import.begun');
  return false;
}

/** Appends the missing facts, compares all of them with the export, then fills all tables in one transaction. */
export async function importLog(target: Target, folder: string, manifest: Manifest): Promise<void> {
  const { pool, store } = target;
  const translation = await PositionTranslation.of(folder, manifest);
  const had = await compare(store, folder, () => undefined);
  const missing = exportedFacts(folder, had);
  if (!target.isPostgres) await appendFacts(store, missing);
  else if (had === 0) await insertFacts(pool, missing);
  const has = await compare(store, folder, (there, here) => translation.pass(there.position, here.position));
  if (has !== manifest.files[FACTS]!.lines)
    throw new MoveProblem(`the log has ${has} of ${manifest.files[FACTS]!.lines} facts. Run npm run import again.`);
  const log = await store.identity();
  await inTransaction(
    pool,
    async (client) => {
      for (const table of MOVED_TABLES)
        if (table !== 'master_key_check') await load(client, folder, table, manifest, translation);
      for (const [name, position] of Object.entries(manifest.checkpoints))
        await client.query('insert into checkpoints (name, log, position) values ($1, $2, $3)', [
          name,
          log,
          translation.of(position),
        ]);
      await client.query('update imported_log set old_head = $1, new_head = $2', [manifest.head, await store.head()]);
      reached('import.tables-filled');
    },
    'begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0',
  );
  reached('import.committed');
}

async function* exportedFacts(folder: string, skip = 0): AsyncGenerator<StoredFact> {
  let n = 0;
  for await (const line of readLines(folder, FACTS)) if (n++ >= skip) yield JSON.parse(line) as StoredFact;
}

/**
 * Compares the log with the export, fact by fact.
 * @returns number of facts in the log
 * @throws MoveProblem at the first difference
 */
async function compare(
  store: EventStore,
  folder: string,
  each: (there: StoredFact, here: StoredFact) => void,
): Promise<number> {
  let facts = 0;
  const exported = exportedFacts(folder);
  for await (const here of factsUpTo(store, await store.head())) {
    const { value: there } = await exported.next();
    if (!there || contentOf(there) !== contentOf(here))
      throw new MoveProblem(`the log differs from the export at fact ${here.id}. Import into an empty log.`);
    each(there, here);
    facts++;
  }
  await exported.return(undefined);
  return facts;
}

const contentOf = ({ id, stream, revision, type, data, metadata }: StoredFact): string =>
  JSON.stringify([id, stream, revision, type, data, metadata]);

async function load(
  client: pg.ClientBase,
  folder: string,
  table: string,
  { files }: Manifest,
  translation?: PositionTranslation,
): Promise<void> {
  const file = files[table];
  const known = await columnsOf(client, table);
  if (!file || file.columns.some((column) => !known.includes(column)))
    throw new MoveProblem(`table ${table} has another shape. Import with the release that exported it.`);
  const columns = file.columns.map((column) => `"${column}"`).join(', ');
  let rows = 0;
  for await (const lines of inGroups(readLines(folder, table), ROWS_AT_ONCE)) {
    const given = translation ? lines.map((line) => translation.line(table, line)) : lines;
    const { rowCount } = await client.query(
      `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)`,
      [`[${given.join()}]`],
    );
    rows += rowCount ?? 0;
  }
  if (rows !== file.lines) throw new MoveProblem(`table ${table} has ${rows} of ${file.lines} rows. Export again.`);
}
