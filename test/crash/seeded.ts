import { createHash } from 'node:crypto';
import type { KillPoint } from './kill-points.js';

/** A number from 0 up to, not including, `below`: the same for the same seed and words. */
export function seeded(seed: number, below: number, ...words: (string | number)[]): number {
  const digest = createHash('sha256')
    .update([seed, ...words].join(' '))
    .digest();
  return digest.readUInt32BE() % below;
}

/** Passed once or a few times in a fetch; the others once a message or more often. */
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

/** The second passing, or a later one where a fetch of a few messages has them. */
export const laterPassing = (seed: number, point: KillPoint): number =>
  RARE.has(point) ? 2 : 2 + seeded(seed, 8, point);
