import base from './jest.config.js';

/** `npm run test:crash`: kills at random moments, CRASH_ROUNDS (20) rounds of them. The seed is printed; `-- --seed=<n>` repeats it. */
export default { ...base, testMatch: ['<rootDir>/test/crash/*.crash.ts'], showSeed: true, maxWorkers: 1 };
