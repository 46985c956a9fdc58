import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a service process by `--import`: measures the longest turn of its event loop, in CPU milliseconds of the
 * main thread. The signal SIGUSR2 writes it to the file TURNS_FILE and begins again.
 */

const tick = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

let longest = 0;
let before = tick();
const watch = (): void => {
  const now = tick();
  longest = Math.max(longest, now - before);
  before = now;
  setTimeout(watch, 1);
};
if (isMainThread && process.env['TURNS_FILE'] !== undefined) {
  watch();
  process.on('SIGUSR2', () => {
    writeFileSync(process.env['TURNS_FILE']!, longest.toFixed(1));
    longest = 0;
  });
}
