import { KILL_POINTS } from './kill-points.js';
import { CrashSite } from './crash-site.js';
import { Lives } from './lives.js';
import { batches, laterPassing } from './seeded.js';

/** Deaths in a row, each in the middle of what the one before left undone, before everything is checked. */
const AT_A_TIME = 12;
const SEED = 20_261;

describe('killed at every named point, one life after the other', () => {
  let site: CrashSite;
  let lives: Lives;

  beforeAll(async () => {
    site = await CrashSite.open();
    site.mailbox.fillWithDemoMail();
    const first = site.start();
    await site.addAccount(first);
    await first.kill();
    lives = new Lives(site);
  });
  afterEach(() => site.killAll());
  afterAll(() => site.close());

  it('has at least 20 points', () => {
    expect(KILL_POINTS.length).toBeGreaterThanOrEqual(20);
  });

  const inARow = batches(KILL_POINTS, AT_A_TIME).map((points) => ({ points, named: points.join(', ') }));
  it.each(inARow)(
    'loses and doubles nothing: $named',
    async ({ points }) => {
      for (const [at, point] of points.entries())
        await lives.dieAt(point, at % 2 === 0 ? 1 : laterPassing(SEED, point));
      const service = await lives.recover();
      await site.check(site.api.at(await service.ready()));
    },
    400_000,
  );
});
