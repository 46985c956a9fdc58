import type { Api } from '../service/api.js';
import { CrashSite } from './crash-site.js';
import { sha256 } from './growing-mailbox.js';
import { IN_STEP_KILL_POINTS } from './kill-points.js';
import { Lives } from './lives.js';

let site: CrashSite;

beforeAll(async () => {
  site = await CrashSite.open();
  site.mailbox.fillWithDemoMail();
  const first = site.start();
  await site.addAccount(first);
  const api = site.api.at(await first.ready());
  await api.fetchEnded(await api.fetchMail(site.accountId));
  await api.settled();
  await first.kill();
});
afterAll(() => site.close());

it(`the mail server has all marks after kills at ${IN_STEP_KILL_POINTS.join(', ')}`, async () => {
  const lives = new Lives(site);
  for (const point of IN_STEP_KILL_POINTS) await lives.dieAt(point, 1);
  const service = await lives.recover();
  const api = site.api.at(await service.ready());
  await site.check(api);
  expect(await flaggedHere(api)).toEqual(site.mailbox.flagged());
  await lives.mark(api, true);
  const flagged = await flaggedHere(api);
  expect(flagged.size).toBeGreaterThan(10);
  expect(flagged).toEqual(site.mailbox.flagged());
}, 400_000);

/** SHA-256 of the flagged messages. */
async function flaggedHere(api: Api): Promise<Set<string>> {
  const path = `/api/accounts/${site.accountId}/messages?limit=200`;
  const { items } = await api.json<{ items: { id: string; flagged: boolean }[] }>('GET', path);
  const flagged = items.filter((each) => each.flagged);
  return new Set(await Promise.all(flagged.map(async ({ id }) => sha256(await api.bytes(`/api/messages/${id}/raw`)))));
}
