import { ChangingSite } from './changing-site.js';
import { abortedChange, killedMailProcess } from './interrupted-changes.js';

const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ABORTS = 150;
const KILLS = 50;
const COMPARED_EVERY = 10;

describe(`changes of folders and messages that stop at random moments (CRASH_SEED=${seed} repeats them)`, () => {
  let site: ChangingSite;
  beforeEach(async () => {
    site = await ChangingSite.open();
    await site.look();
  });
  afterEach(() => site?.close());

  /** @throws Error with the last changes */
  async function compareAfter(times: number, change: (n: number) => Promise<string | string[]>): Promise<void> {
    let told: string[] = [];
    for (let n = 0; n < times; n++)
      try {
        told = told.concat(await change(n));
        if (n % COMPARED_EVERY !== COMPARED_EVERY - 1) continue;
        await site.isEqual();
        told = [];
      } catch (error) {
        throw new Error([`change ${n}: ${(error as Error).message}`, ...told].join('\n'), { cause: error });
      }
  }

  it(
    `leave both sides equal after ${ABORTS} aborts in the process`,
    () => compareAfter(ABORTS, (n) => abortedChange(site, seed, n)),
    1_200_000,
  );

  it(
    `leave both sides equal after ${KILLS} kills of a process with the role mail`,
    () => compareAfter(KILLS, (n) => killedMailProcess(site, seed, n)),
    1_200_000,
  );
});
