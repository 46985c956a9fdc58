import { SignInSite } from '../crash/sign-in-site.js';
import type { Api } from '../service/api.js';

const TIMES = 3;

let site: SignInSite;
let apis: [Api, Api];
let id: string;

beforeAll(async () => {
  site = await SignInSite.open(['anna']);
  await site.start();
  const first = site.api;
  await site.start();
  apis = [first, site.api];
  id = await site.add('anna');
  await site.signIn(id, 'anna');
}, 120_000);
afterAll(() => site?.close());

/** The provider revokes the whole grant at a second use of a refresh token: both processes would lose access. */
it('two processes renew an expired token once, and both use the new token', async () => {
  for (let time = 0; time < TIMES; time++) {
    await site.age(id, 1);
    const before = site.renewals;
    const tests = [...apis, ...apis, ...apis].map((api) => api.json('POST', `/api/accounts/${id}/test`));
    const fetches = apis.map(async (api) => api.fetchEnded(await api.fetchMail(id)));
    expect(await Promise.all(tests)).toEqual(tests.map(() => ({ incoming: { ok: true }, outgoing: { ok: true } })));
    for (const fetch of await Promise.all(fetches)) expect(fetch).toMatchObject({ state: 'done' });
    expect(site.renewals).toBe(before + 1);
  }
  expect(await site.shown(id)).toMatchObject({ status: 'connected', signIn: 'google' });
  expect(await site.secrets(id)).toEqual(['tokens 1']);
}, 120_000);
