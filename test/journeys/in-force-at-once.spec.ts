import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount } from './mailbox.js';
import { done, type Recorded, Requests } from './requests.js';
import { ADMIN, RunningService } from './running-service.js';
import { mailUsers, PASSWORD } from './world.js';

const ROUNDS = 8;
let one: RunningService;
let two: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;
let number = 0;

beforeAll(async () => {
  [one, mail] = await Promise.all([RunningService.start(), startMailServer({ users: mailUsers })]);
  two = await RunningService.start({ beside: one });
  admin = await one.signedIn();
  account = (await addAccount(admin, accountOn(mail, 'foreign@example.test', 'secret-of-foreign'))).id;
});
afterAll(async () => {
  await two?.stop();
  await Promise.all([one?.stop(), mail?.stop()]);
});

async function somebody(role = 'user'): Promise<{ id: string; email: string; asks: Requests }> {
  const email = `somebody${number++}@mailroom.test`;
  const { id } = done(await admin.post<Recorded>('/api/users', { name: 'Somebody', email, role, password: PASSWORD }));
  return { id, email, asks: await two.signedIn({ email, password: PASSWORD }) };
}

/** Statuses of both processes for two requests at the same moment. */
async function bothAnswer({ headers }: Requests, path: string): Promise<number[]> {
  const answers = await Promise.all([two, one].map(({ url }) => new Requests(url, headers).get(path)));
  return answers.map(({ status }) => status);
}

it('a grant and a revocation hold for the very next request, at every process', async () => {
  const { id, asks } = await somebody();
  const access = `/api/accounts/${account}/access/${id}`;
  for (let round = 0; round < ROUNDS; round++) {
    expect(await bothAnswer(asks, `/api/accounts/${account}/messages`)).toEqual([403, 403]);
    done(await admin.put(access));
    expect(await bothAnswer(asks, `/api/accounts/${account}/messages`)).toEqual([200, 200]);
    done(await admin.delete(access));
  }
});

it('a role holds for the very next request, at every process', async () => {
  const { id, asks } = await somebody();
  for (let round = 0; round < ROUNDS; round++) {
    done(await admin.patch(`/api/users/${id}`, { role: 'administrator' }));
    expect(await bothAnswer(asks, '/api/users')).toEqual([200, 200]);
    done(await admin.patch(`/api/users/${id}`, { role: 'auditor' }));
    expect(await bothAnswer(asks, '/api/users')).toEqual([403, 403]);
    expect(await bothAnswer(asks, '/api/messages')).toEqual([403, 403]);
    expect(await bothAnswer(asks, `/api/accounts/${account}/history`)).toEqual([200, 200]);
  }
});

it('a deactivated user is signed out at every process at once, and cannot sign in before reactivation', async () => {
  const { id, email, asks } = await somebody('auditor');
  expect(await bothAnswer(asks, '/api/me')).toEqual([200, 200]);
  done(await admin.patch(`/api/users/${id}`, { active: false }));
  expect(await bothAnswer(asks, '/api/me')).toEqual([401, 401]);
  expect((await two.nobody.post('/api/session', { email, password: PASSWORD })).status).toBe(401);
  done(await admin.patch(`/api/users/${id}`, { active: true }));
  expect(await bothAnswer(asks, '/api/me')).toEqual([401, 401]);
  expect(await bothAnswer(await two.signedIn({ email, password: PASSWORD }), '/api/me')).toEqual([200, 200]);
});

it('a token works at every process from the moment it is issued until the moment it is revoked', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { id, token } = done(
      await admin.post<{ id: string; token: string }>('/api/tokens', { name: 'crm', role: 'auditor' }),
    );
    expect(await bothAnswer(one.withToken(token), '/api/accounts')).toEqual([200, 200]);
    done(await admin.delete(`/api/tokens/${id}`));
    expect(await bothAnswer(one.withToken(token), '/api/accounts')).toEqual([401, 401]);
  }
});

it('a session that ends at one process ends at the other', async () => {
  const asks = await one.signedIn();
  expect(await bothAnswer(asks, '/api/me')).toEqual([200, 200]);
  expect((await asks.delete('/api/session')).status).toBe(204);
  expect(await bothAnswer(asks, '/api/me')).toEqual([401, 401]);
});

it('a user can use a newly added account at once, at every process', async () => {
  const { id, asks } = await somebody();
  done(await admin.put(`/api/accounts/${account}/access/${id}`));
  const own = await addAccount(
    new Requests(one.url, asks.headers),
    accountOn(mail, 'own@example.test', 'secret-of-own'),
  );
  expect(await bothAnswer(asks, `/api/accounts/${own.id}/messages`)).toEqual([200, 200]);
});

it('the other process goes on when one process stops', async () => {
  const { id, asks } = await somebody();
  await one.service.stop();
  const left = await two.signedIn(ADMIN);
  done(await left.put(`/api/accounts/${account}/access/${id}`));
  expect((await asks.get(`/api/accounts/${account}/messages`)).status).toBe(200);
  done(await left.delete(`/api/accounts/${account}/access/${id}`));
  expect((await asks.get(`/api/accounts/${account}/messages`)).status).toBe(403);
});
