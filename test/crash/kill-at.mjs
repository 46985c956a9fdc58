/**
 * `node --import` this file: kills the process with SIGKILL at the n-th passing of a step. The step comes from the
 * environment (`MAILROOM_KILL_AT=<step>#<n>`), for one that is passed during the start, or later as a message of the parent.
 */
import { subscribe } from 'node:diagnostics_channel';

const [named, count = '1'] = (process.env.MAILROOM_KILL_AT ?? '').split('#');
let killAt = { point: named, n: Number(count) };

process.on('message', (message) => {
  killAt = message;
  process.send('armed');
});
process.channel?.unref();

subscribe('mailroom:step', (step) => {
  if (step === killAt.point && --killAt.n <= 0) process.kill(process.pid, 'SIGKILL');
});
