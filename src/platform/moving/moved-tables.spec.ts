import { connectDatabase, poolOf } from '../database/database.js';
import { allProjections } from '../../service.js';
import { freshDatabase } from '../../../test/database.js';
import { LEFT_TABLES, MOVED_TABLES } from './moved-tables.js';

it('moves or leaves out every table of the platform', async () => {
  const fresh = await freshDatabase();
  const database = await connectDatabase(fresh.url);
  const pool = poolOf(database);
  const { rows } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  const readModels = new Set(allProjections().flatMap(({ tables }) => Object.values(tables).map(({ name }) => name)));
  const tables = rows.map(({ name }) => name).filter((name) => !readModels.has(name));
  expect(tables.sort()).toEqual([...MOVED_TABLES, ...LEFT_TABLES].sort());
  await database.destroy();
  await fresh.drop();
});
