import { DestroyingSite } from './destroying-site.js';
import { abortsAtEveryCall, killedWhileDestroying } from './interrupted-destroying.js';
import { DESTROYING_KILL_POINTS } from './kill-points.js';

let site: DestroyingSite;
beforeAll(async () => {
  site = await DestroyingSite.open();
});
afterAll(() => site?.close());

it('a destruction that stops before or after any of its calls is completed by a repetition', async () => {
  expect(await abortsAtEveryCall(site)).toBeGreaterThan(40);
}, 120_000);

it.each([
  ...DESTROYING_KILL_POINTS.map((point) => ({ point, n: 1 })),
  { point: 'decide.after-append' as const, n: 3 },
  { point: 'decide.before-append' as const, n: 9 },
  { point: 'blob.overwritten' as const, n: 1 },
])('a destruction that is killed at $point is completed by a repetition', (kill) => killedWhileDestroying(site, kill));
