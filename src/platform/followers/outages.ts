import { BlobStoreFull } from '../blobs/blobs.js';
import { CHANGED_MEANWHILE } from '../commands/decide.js';
import { isOutage } from '../database/database.js';
import { Refused } from '../domain.js';
import { StoreUnavailable } from '../log/event-store.js';

export interface Outage {
  /** stable word in kebab case */
  reason: string;
  /** of the growing pauses between tries */
  longestPauseMs: number;
}

const SHORT_MS = 5000;
/** A try with a bad disk costs a login at a mail server. */
const DISK_MS = 30_000;
const BAD_DISK = new Set(['EROFS', 'EIO', 'EACCES', 'EPERM', 'ENOENT', 'EMFILE', 'ENFILE', 'ESTALE']);

/** The outage of log, database or disk behind an error: the work goes on after it. Undefined: another error. */
export function outageBehind(error: unknown): Outage | undefined {
  if (error instanceof StoreUnavailable) return { reason: 'log-not-answering', longestPauseMs: SHORT_MS };
  if (error instanceof BlobStoreFull) return { reason: 'disk-full', longestPauseMs: DISK_MS };
  if (error instanceof Refused)
    return error.kind === 'unavailable' || error.reason === CHANGED_MEANWHILE
      ? { reason: error.reason, longestPauseMs: SHORT_MS }
      : undefined;
  if (isOutage(error)) return { reason: 'database-not-answering', longestPauseMs: SHORT_MS };
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall !== undefined && BAD_DISK.has(code ?? '')
    ? { reason: 'disk-not-writable', longestPauseMs: DISK_MS }
    : undefined;
}
