import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { KILL_POINTS } from '../../src/platform/kill-points.js';
import { CrashSite } from './crash-site.js';
import { Lives } from './lives.js';
import { batches, laterPassing } from './seeded.js';

const AT_A_TIME = 5;
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

  it('there are enough of them', () => {
    expect(KILL_POINTS.length).toBeGreaterThanOrEqual(20);
  });

  it.each(batches(KILL_POINTS, AT_A_TIME))(
    'loses and doubles nothing: %s',
    async (...points) => {
      for (const [at, point] of points.entries()) await lives.dieAt(point, at % 2 === 0 ? 1 : laterPassing(SEED, point));
      const service = await lives.recover();
      await site.check(site.api.at(await service.ready()));
    },
    180_000,
  );
});
