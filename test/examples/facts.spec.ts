import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { type AnyFact, factShapes } from '../../src/all.events.js';
import { DataKeys } from '../../src/platform/secrets/data-keys.js';
import { connectDatabase, poolOf } from '../../src/platform/database/database.js';
import { FactLog } from '../../src/platform/log/fact-log.js';
import { MasterKey } from '../../src/platform/secrets/master-key.js';
import { PostgresLog } from '../../src/platform/log/postgres-log.js';
import { freshDatabase, type TestDatabase } from '../database.js';
import { everyFact } from './every-fact.js';
import { atOf, idOf } from './recorded.js';

const FOLDER = join('test', 'examples', 'facts');

interface Released {
  type: AnyFact['type'];
  v: number;
  data: object;
}

/** Files such as `AccountAdded.v1.json`, with personal fields in clear text, as before sealing. */
const released = readdirSync(FOLDER).map((file): Released => {
  const [, type, v] = /^(\w+)\.v(\d+)\.json$/.exec(file) ?? [];
  return {
    type: type as AnyFact['type'],
    v: Number(v),
    data: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as object,
  };
});

/** Paths at which two values have different shapes. Null fits every shape, since a nullable field is null in either. */
function differences(value: unknown, like: unknown, path = 'data'): string[] {
  if (value === null || like === null) return [];
  if (typeof value !== typeof like || Array.isArray(value) !== Array.isArray(like)) return [path];
  if (Array.isArray(value))
    return value.slice(0, 1).flatMap((item) => differences(item, (like as unknown[])[0] ?? null, `${path}[]`));
  if (typeof value !== 'object') return [];
  const [a, b] = [value as Record<string, unknown>, like as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    key in a && key in b ? differences(a[key], b[key], `${path}.${key}`) : [`${path}.${key}`],
  );
}

describe('every fact shape ever released', () => {
  let test: TestDatabase;
  let database: DataSource;
  let store: PostgresLog;
  let log: FactLog;

  beforeAll(async () => {
    test = await freshDatabase();
    database = await connectDatabase(test.url, [], 4);
    const pool = poolOf(database);
    store = await PostgresLog.open(test.url, pool);
    log = new FactLog(store, new DataKeys(pool, new MasterKey(randomBytes(32))), factShapes);
  });

  afterAll(async () => {
    await store.close();
    await database.destroy();
    await test.drop();
  });

  it('is kept as JSON, from the first version of a type to the current one', () => {
    const versions = Object.entries(factShapes).flatMap(([type, { v }]) =>
      Array.from({ length: v }, (_, n) => `${type} v${n + 1}`),
    );
    expect(released.map(({ type, v }) => `${type} v${v}`).sort()).toEqual(versions.sort());
  });

  it.each(released)('is read in the current shape: $type version $v', async ({ type, v, data }) => {
    const metadata = { by: 'system', via: 'test', at: atOf(0), correlationId: idOf(0), causationId: null, v };
    const stream = `released-${type}-${v}`;
    await store.append(stream, 'no-stream', [{ id: randomUUID(), type, data, metadata }]);
    for await (const fact of log.read(stream)) expect(differences(fact.data, everyFact[type]().data)).toEqual([]);
    expect.assertions(1);
  });
});
