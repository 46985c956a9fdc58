import base, { compiled } from './jest.config.js';

/** `npm run test:long`: kills at random moments, CRASH_ROUNDS (20) rounds of them. CRASH_SEED repeats a printed seed. */
export default { ...base, testMatch: [compiled('test/crash/*.crash.js')], maxWorkers: 1 };
