import { createHash } from 'node:crypto';
import type { KillPoint } from './kill-points.js';

/** A number from 0 to `below` - 1, always the same for the same seed and words. */
export function seeded(seed: number, below: number, ...words: (string | number)[]): number {
  const digest = createHash('sha256')
    .update([seed, ...words].join(' '))
    .digest();
  return digest.readUInt32BE() % below;
}

/** A fetch reaches these steps once or a few times, and all other steps at least once for each message. */
const RARE: ReadonlySet<KillPoint> = new Set<KillPoint>([
  'account.password-kept',
  'account.address-claimed',
  'account.recorded',
  'password.kept',
  'password.recorded',
  'removal.recorded',
  'removal.secrets-erased',
  'fetch.started',
  'fetch.leased',
  'fetch.logged-in',
  'folders.compared',
  'fetch.folders-seen',
  'fetch.compared',
  'intake.blobs-written',
  'intake.keys-made',
  'blob.synced',
  'blob.renamed',
  'blob.placed',
  'intake.blobs-kept',
  'intake.recorded',
  'fetch.before-cursor',
  'fetch.after-cursor',
  'fetch.finished',
]);

/** The second time that a step is reached, or a later time where a fetch of a few messages reaches it often. */
export const laterPassing = (seed: number, point: KillPoint): number =>
  RARE.has(point) ? 2 : 2 + seeded(seed, 8, point);
