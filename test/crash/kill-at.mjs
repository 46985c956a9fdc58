/** `node --import` this file: kills the process with SIGKILL at the n-th passing of a step, `MAILROOM_KILL_AT=<step>#<n>`. */
import { subscribe } from 'node:diagnostics_channel';

const [killAt, count = '1'] = (process.env.MAILROOM_KILL_AT ?? '').split('#');
let left = Number(count);

subscribe('mailroom:step', (step) => {
  if (step === killAt && --left <= 0) process.kill(process.pid, 'SIGKILL');
});
