import base, { compiled } from './jest.config.js';

/**
 * `npm run test:long`: kills at random moments, CRASH_ROUNDS (20) rounds of them; CRASH_SEED repeats a printed seed.
 * Random changes of a mailbox on both sides: SEEDS (200) mailboxes from FIRST_SEED (1) on. 10,000 messages of the
 * release before. Kills at every step, also at those that `npm test` leaves out.
 */
process.env.EVERY_KILL_POINT = 'true';
export default {
  ...base,
  testMatch: [compiled('test/crash/*.crash.js'), compiled('test/crash/*-killed.spec.js')],
  maxWorkers: 1,
};
