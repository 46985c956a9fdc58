import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { HeldLock, Locks } from '../database/locks.js';

const RETRY_MS = 100;
/** PostgreSQL may hold the lock of a killed process for a moment. */
const TAKEOVER_MS = 5000;
/** PostgreSQL may hold the lost lock of this process until it misses its pings. */
const AGAIN_MS = 30_000;

/**
 * Makes this process the one service of its data folder, by a lock in the embedded PostgreSQL.
 * @returns undefined while another process is
 * @throws Error if the database does not answer
 */
export async function ownDataDir(locks: Locks, ms = TAKEOVER_MS): Promise<HeldLock | undefined> {
  const deadline = performance.now() + ms;
  for (;;) {
    const lock = await locks.tryAcquire('service');
    if (lock || performance.now() > deadline) return lock;
    await pause(RETRY_MS);
  }
}

/**
 * Takes the lock again after each break of its connection. Resolves when `signal` aborts, or another process has it.
 */
export async function keepOwning(locks: Locks, held: HeldLock, signal: AbortSignal): Promise<void> {
  for (let lock: HeldLock | undefined = held; lock && !signal.aborted;) {
    if (!lock.lost.aborted) await once(lock.lost, 'abort', { signal }).catch(() => undefined);
    while (!signal.aborted) {
      try {
        lock = await ownDataDir(locks, AGAIN_MS);
        break;
      } catch {
        await pause(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
