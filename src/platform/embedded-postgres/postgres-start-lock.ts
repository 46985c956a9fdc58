import { open, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const BEAT_MS = 500;
const DEAD_AFTER_MS = 5_000;

/**
 * Runs one start at a time. The lock of a killed start expires after five seconds without a beat, measured by the clock
 * of the process that waits: the system clock may be set meanwhile. The lock only saves
 * work and error messages: `rename` and the interlock of PostgreSQL keep two servers from sharing the data.
 */
export async function oneStartAtATime<T>(place: string, work: () => Promise<T>): Promise<T> {
  const lock = join(place, 'starting');
  let beat: number | undefined;
  let beatSeen = performance.now();
  for (;;) {
    const taken = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (taken) {
      await taken.close();
      break;
    }
    const latest = (await stat(lock).catch(() => undefined))?.mtimeMs;
    if (latest !== beat) beatSeen = performance.now();
    beat = latest;
    if (beat !== undefined && performance.now() - beatSeen > DEAD_AFTER_MS) await rm(lock, { force: true });
    else await delay(50);
  }
  const beating = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beating);
    await rm(lock, { force: true });
  }
}
