import { bundleService, compileTests, TARGET } from './test/setup/compile.mjs';

await compileTests();
await bundleService();
process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/${TARGET}/.compile-cache`;
const keepWorkerData = new URL('test/setup/keep-worker-data.mjs', import.meta.url);
// A larger young generation: the garbage of tests is short-lived, and its collection takes a tenth of their time.
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64 --import ${keepWorkerData}`;

export const compiled = (path) => `<rootDir>/${TARGET}/${path}`;

/**
 * Specs run as compiled JavaScript in two plain Node processes: modules are loaded once per process instead of once
 * per spec, by a runner without virtual contexts.
 */
export default {
  roots: [`<rootDir>/${TARGET}`],
  testMatch: ['**/*.spec.js'],
  transform: {},
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  setupFilesAfterEnv: [compiled('test/setup/time-limits.js')],
  globalSetup: compiled('test/setup/start-servers.js'),
  globalTeardown: compiled('test/setup/stop-servers.js'),
  testSequencer: '<rootDir>/test/setup/longest-first.mjs',
  maxWorkers: 2,
};
