import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPlace } from '../../src/platform/embedded-postgres/postgres-cluster.js';
import { waitUntil } from '../journeys/wait-until.js';
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

  it('starts its killed PostgreSQL again and goes on with a fetch', async () => {
    const service = site.start();
    const api = site.api.at(await service.ready());
    site.mailbox.grow();
    const fetchId = await api.fetchMail(site.accountId);
    await site.killPostgres();
    await waitUntil(
      () => api.fetchEnded(fetchId).catch(() => undefined),
      (ended) => ended?.state === 'done',
    );
    await waitUntil(
      () => api.json<{ status: string }>('GET', '/health/ready').catch(() => undefined),
      (health) => health?.status === 'ready',
    );
    expect(service.log).toContain('the embedded PostgreSQL runs again');
    await site.check(api);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  }, 180_000);

  it('ends with one line when its PostgreSQL cannot be started again', async () => {
    const service = site.start();
    await service.ready();
    const settings = join((await openPlace(site.dataDir)).data, 'postgresql.conf');
    const before = await readFile(settings);
    await writeFile(settings, 'no_such_setting = 1');
    await site.killPostgres();
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.log).toMatch(/^Mailroom cannot go on: the embedded PostgreSQL cannot be started again: .*conf.*$/m);
    await writeFile(settings, before);
  }, 180_000);
});
