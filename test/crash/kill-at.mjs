/**
 * `node --import` this file: SIGKILL ends the process when it reaches a step for the n-th time. The environment names
 * the step (`MAILROOM_KILL_AT=<step>#<n>`) if the start may reach it; later a message of the parent names it.
 */
import { subscribe } from 'node:diagnostics_channel';
import module from 'node:module';

const [named, count = '1'] = (process.env.MAILROOM_KILL_AT ?? '').split('#');
let killAt = { point: named, n: Number(count) };

process.on('message', (message) => {
  killAt = message;
  process.send('armed');
});
process.channel?.unref();

// Node writes its compile cache at exit, which SIGKILL skips. At the first step, all modules are loaded.
let isFlushed = false;

subscribe('mailroom:step', (step) => {
  if (!isFlushed) module.flushCompileCache?.();
  isFlushed = true;
  if (step === killAt.point && --killAt.n <= 0) process.kill(process.pid, 'SIGKILL');
});
