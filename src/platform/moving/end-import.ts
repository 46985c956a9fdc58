import { poolOf } from '../database/database.js';
import type { Platform } from '../open-platform.js';
import type { Projection } from '../read-models/projection.js';
import { rebuild } from '../read-models/rebuild.js';
import { reached } from '../steps.js';
import { MoveProblem } from './export-folder.js';

/**
 * Computes all read models; then the service may start. Sagas go on from their old checkpoints, so the lookups of their
 * decisions must be complete before.
 * @throws MoveProblem if the messages were not copied
 */
export async function endImport(
  platform: Platform,
  projections: readonly Projection[],
  computed: (projection: Projection, facts: number) => void,
): Promise<void> {
  if (await platform.blobs.lostFolder())
    throw new MoveProblem(`${platform.blobs.folder.dir} is empty. Copy the messages there, then import again.`);
  for (const projection of projections) {
    const { facts } = await rebuild(platform, projection);
    reached('import.rebuilt');
    computed(projection, facts);
  }
  await poolOf(platform.database).query('update imported_log set finished_at = now()');
}
