import assert from 'node:assert/strict';
import type { DataSource } from 'typeorm';
import type { Platform } from '../../src/platform/open-platform.js';
import type { Projection } from '../../src/platform/read-models/projection.js';
import { rebuild } from '../../src/platform/read-models/rebuild.js';

/** Rebuilds every read model from the log while the service runs, and compares all rows. */
export async function rebuildsGiveEqualRows(platform: Platform, projections: readonly Projection[]): Promise<void> {
  for (const projection of projections) {
    const live = await rowsOf(platform.database, projection);
    await rebuild(platform, projection);
    assert.deepEqual(live, await rowsOf(platform.database, projection), `${projection.id} differs from its rebuild`);
  }
}

async function rowsOf(database: DataSource, { tables }: Projection): Promise<Record<string, unknown[]>> {
  const byTable: Record<string, unknown[]> = {};
  for (const { name, key } of Object.values(tables)) {
    const order = key.map((column) => `"${column}"`).join(', ');
    byTable[name] = await database.query(`select * from public."${name}" order by ${order}`);
  }
  return byTable;
}
