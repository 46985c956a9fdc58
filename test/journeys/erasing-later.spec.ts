import { done, type Recorded } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

interface Erasure {
  id: string;
  state: 'preview' | 'running' | 'done';
  contacts: number | null;
  messages: number | null;
}

let idle: RunningService;
beforeAll(async () => {
  idle = await RunningService.start({ env: { ROLES: 'api,projections' } });
});
afterAll(() => idle?.stop());

it('an erasure that outlasts its request is on record as running until a process runs the sagas', async () => {
  const admin = await idle.signedIn();
  const contact = done(
    await admin.post<Recorded>('/api/contacts', { name: 'Dora', emails: ['dora@customer.example'] }),
  );
  await idle.settled();
  const asked = await admin.post<Erasure & Recorded>('/api/erasures', { address: 'dora@customer.example' });
  expect(asked).toMatchObject({ status: 202, body: { state: 'running', contacts: null, messages: null } });
  const path = `/api/erasures/${asked.body.id}`;
  expect(done(await admin.after(asked.body).get(path))).toMatchObject({ state: 'running', erasedAt: null });
  expect(await admin.get(`/api/contacts/${contact.id}`)).toMatchObject({ status: 200, body: { name: 'Dora' } });

  const working = await RunningService.start({ beside: idle, env: { ROLES: 'sagas' } });
  try {
    const erasure = await waitUntil(
      async () => done(await admin.get<Erasure>(path)),
      ({ state }) => state === 'done',
    );
    expect(erasure).toMatchObject({ contacts: 1, messages: 0 });
    await idle.settled();
    expect(await admin.get(`/api/contacts/${contact.id}`)).toMatchObject({ status: 404 });
  } finally {
    await working.stop();
  }
});
