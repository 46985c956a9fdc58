import { CrashSite } from './crash-site.js';
import { Lives } from './lives.js';

describe('a service with the embedded PostgreSQL', () => {
  let site: CrashSite;
  beforeAll(async () => {
    site = await CrashSite.open({ embedded: true });
    site.mailbox.fillWithDemoMail();
  });
  afterAll(() => site.close());

  it('uses the PostgreSQL that a killed service left running, and later stops it', async () => {
    const first = site.start();
    await site.addAccount(first);
    await first.kill();

    const lives = new Lives(site);
    await lives.dieAt('intake.recorded', 1);
    await lives.dieAt('projection.before-commit', 2);
    const service = await lives.recover();
    await site.check(site.api.at(await service.ready()));
    expect(await service.stop()).toEqual({ code: 0, signal: null });

    const next = site.start();
    await next.ready();
    expect(await next.stop()).toEqual({ code: 0, signal: null });
  }, 180_000);

  it('recovers when the service and PostgreSQL are killed together', async () => {
    const lives = new Lives(site);
    const service = site.start();
    const api = site.api.at(await service.ready());
    site.mailbox.grow();
    await api.fetchMail(site.accountId);
    await site.killPostgres();
    await service.kill();
    const next = await lives.recover();
    await site.check(api.at(await next.ready()));
    expect(await next.stop()).toEqual({ code: 0, signal: null });
  }, 180_000);
});
