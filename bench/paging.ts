import { type Figure, inTurn, quantile } from './figure.js';
import type { Ground } from './ground.js';
import { Load } from './load.js';
import { ACCOUNT, rebuilt, recordMailbox } from './recorded-mailbox.js';
import { ServiceProcess } from './service-process.js';

interface Page {
  items: unknown[];
  next: string | null;
}

/** The last page of a mailbox of 100,000 messages against its first page, over HTTP. */
export async function paging(ground: Ground): Promise<Figure[]> {
  const mailbox = await recordMailbox(ground);
  await rebuilt(mailbox);
  await mailbox.pool.query('analyze');
  const service = await ServiceProcess.start(ground, mailbox.url, { ROLES: 'api' });
  const limit = 100;
  const last = mailbox.count / limit;
  const path = `/api/accounts/${ACCOUNT}/messages?limit=${limit}`;
  ground.say(`turning ${last} pages`);
  let cursor = '';
  for (let page = 1; page < last; page++)
    cursor = `&cursor=${(await service.ask<Page>('GET', path + cursor)).next ?? 'none'}`;
  if ((await service.ask<Page>('GET', path + cursor)).items.length !== limit)
    throw new Error('the last page is not full');
  const load = new Load(service.url, 1);
  const headers = { Authorization: `Bearer ${service.token}` };
  const slowest = (asked: string) => async (): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < (ground.small ? 50 : 300); n++) {
      const begun = performance.now();
      await load.ask({ method: 'GET', path: asked, headers });
      times.push(performance.now() - begun);
    }
    return quantile(times, 0.99);
  };
  await slowest(path)();
  const measured = await inTurn(ground.small ? 1 : 5, { limit: slowest(path), ours: slowest(path + cursor) });
  load.close();
  await service.stop();
  const what = `page ${last} of ${mailbox.count} messages, p99`;
  return [{ what, unit: 'ms', ...measured, limitIs: 'page 1, p99', target: { atMost: 2 } }];
}
