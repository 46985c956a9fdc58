/** Folders with long specs, the longest first. */
const LONG = ['test/page/', 'test/crash/', 'test/journeys/', 'test/concurrency/', 'test/'];

/**
 * Order of the specs (`testSequencer` of jest). A long spec that begins last would keep one process busy while the
 * other one has nothing to do; jest itself goes by the size of files, and the specs that kill processes are small ones.
 */
export default class LongestFirst {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONG.findIndex((folder) => path.includes(`/build-test/${folder}`));
      return found < 0 ? LONG.length : found;
    };
    return tests.toSorted((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }

  cacheResults() {
    // The order is the same in each run.
  }
}
