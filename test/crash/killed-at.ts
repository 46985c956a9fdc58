import type { KillPoint } from './kill-points.js';
import { CrashSite } from './crash-site.js';
import { Lives } from './lives.js';
import { laterPassing } from './seeded.js';

const SEED = 20_261;

/** Kills one service at each of these steps. Each new process takes over the unfinished work of the killed one. */
export function killedAt(points: readonly KillPoint[]): void {
  let site: CrashSite;

  beforeAll(async () => {
    site = await CrashSite.open();
    site.mailbox.fillWithDemoMail();
    const first = site.start();
    await site.addAccount(first);
    await first.kill();
  });
  afterAll(() => site.close());

  it(`a service loses and duplicates nothing when it is killed at ${points.join(', ')}`, async () => {
    const lives = new Lives(site);
    for (const [n, point] of points.entries()) await lives.dieAt(point, n % 2 === 0 ? 1 : laterPassing(SEED, point));
    const service = await lives.recover();
    await site.check(site.api.at(await service.ready()));
  }, 400_000);
}
