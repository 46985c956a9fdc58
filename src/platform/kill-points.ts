/**
 * Named places at which the crash tests kill the process with SIGKILL: `MAILROOM_KILL_AT=<name>#<n>` at the n-th passing.
 * Honoured under NODE_ENV=test only; otherwise a call costs a comparison.
 */
const [killAt, count = '1'] = process.env.NODE_ENV === 'test' ? (process.env.MAILROOM_KILL_AT ?? '').split('#') : [''];
let left = Number(count);

export function reached(point: string): void {
  if (point === killAt && --left <= 0) process.kill(process.pid, 'SIGKILL');
}
