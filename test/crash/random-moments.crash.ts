import { CrashSite } from './crash-site.js';
import { Lives } from './lives.js';
import { seeded } from './seeded.js';

/** Longer than a start and a fetch together. */
const LONGEST_LIFE_MS = 8_000;
const DEATHS_IN_A_ROW = 5;
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 20);

const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Array.from({ length: ROUNDS }, (_, round) => ({ round: round + 1 }));

describe(`a service that is killed at random moments (CRASH_SEED=${seed} repeats them)`, () => {
  let site: CrashSite;
  let lives: Lives;

  beforeAll(async () => {
    site = await CrashSite.open({ embedded: seeded(seed, 2, 'embedded') === 1 });
    site.mailbox.fillWithDemoMail();
    const first = site.start();
    await site.addAccount(first);
    await first.kill();
    lives = new Lives(site);
  });
  afterAll(() => site.close());

  it.each(rounds)(
    'loses and duplicates nothing: round $round',
    async ({ round }) => {
      for (let life = 0; life < 1 + seeded(seed, DEATHS_IN_A_ROW, 'deaths', round); life++)
        await lives.dieAfter(seeded(seed, LONGEST_LIFE_MS, 'moment', round, life));
      const service = await lives.recover();
      await site.check(site.api.at(await service.ready()));
      await service.kill();
    },
    300_000,
  );
});
