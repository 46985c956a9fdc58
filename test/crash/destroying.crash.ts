import { DestroyingSite } from './destroying-site.js';
import { abortedAt, killedWhileDestroying } from './interrupted-destroying.js';
import { seeded } from './seeded.js';

const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ABORTS = 150;
/** Of a destruction of six messages. */
const CALLS = 23;
const KILLS = 50;
const LONGEST_MS = 150;

describe(`destructions that stop at random moments (CRASH_SEED=${seed} repeats them)`, () => {
  let site: DestroyingSite;
  beforeAll(async () => {
    site = await DestroyingSite.open();
  });
  afterAll(() => site?.close());

  it(`are completed after ${ABORTS} aborts in the process`, async () => {
    for (let n = 0; n < ABORTS; n++)
      await abortedAt(site, 1 + seeded(seed, CALLS, 'call', n), seeded(seed, 2, 'after', n) === 1);
  }, 600_000);

  it(`are completed after ${KILLS} kills of the process`, async () => {
    for (let n = 0; n < KILLS; n++)
      await killedWhileDestroying(site, { afterMs: seeded(seed, LONGEST_MS, 'moment', n) }, 60);
  }, 600_000);
});
