import 'reflect-metadata';
import { connectDatabase, poolOf } from '../../src/platform/database/database.js';
import { migrate } from '../../src/platform/migrations/migrate.js';
import { createTables } from '../../src/platform/read-models/projection-tables.js';
import { allProjections } from '../../src/service.js';

/**
 * Creates every table of the service in an empty database, for PostgreSQL to copy: a copy costs less than creating
 * sixty tables.
 */
export async function fillTemplate(url: string): Promise<void> {
  const projections = allProjections();
  const entities = projections.flatMap(({ tables }) => Object.values(tables).map(({ entity }) => entity));
  const database = await connectDatabase(url, entities, 1);
  try {
    await migrate(poolOf(database));
    for (const projection of projections) await createTables(database, projection);
  } finally {
    await database.destroy();
  }
}
