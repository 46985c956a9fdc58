import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount } from './mailbox.js';
import { poolOf } from '../../src/platform/database/database.js';
import { allOf, done, type Recorded, Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

interface Attempt {
  at: string;
  times: number;
  by: { id: string; name: string } | null;
  action: string | null;
  account: { id: string; address: string } | null;
  user: { id: string } | null;
  status: number;
  reason: string;
  from: string | null;
}

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let ownAccount: string;
const people: Record<string, { id: string; asks: Requests }> = {};

beforeAll(async () => {
  [service, mail] = await Promise.all([
    RunningService.start(),
    startMailServer({ users: { 'own@example.test': 'secret' } }),
  ]);
  admin = await service.signedIn();
  for (const [name, role] of [
    ['owner', 'user'],
    ['granted', 'user'],
    ['stranger', 'user'],
    ['auditor', 'auditor'],
  ] as const) {
    const email = `${name}@mailroom.test`;
    const { id } = done(await admin.post<Recorded>('/api/users', { name, email, role, password: PASSWORD }));
    people[name] = { id, asks: await service.signedIn({ email, password: PASSWORD }) };
  }
  const { owner, granted, stranger } = people;
  const untested = (name: string, users: string[]) =>
    addAccount(admin, accountOn(mail, `${name}@example.test`, 'secret', { users }), '?skipTest=true');
  await untested('key', [owner!.id, stranger!.id]);
  ownAccount = (await addAccount(owner!.asks, accountOn(mail, 'own@example.test', 'secret'))).id;
  done(await admin.put(`/api/accounts/${ownAccount}/access/${granted!.id}`));
}, 240_000);
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

async function attempts(path = '/api/attempts', by = admin): Promise<Attempt[]> {
  await service.settled();
  return allOf<Attempt>(by, path);
}

describe('an attempt is on record', () => {
  it('when a rule that protects access or secrets refuses it, even for a person with permission', async () => {
    const { id } = done(await admin.get<{ id: string }>('/api/me'));
    await admin.patch(`/api/users/${id}`, { role: 'user' });
    await admin.put(`/api/accounts/${ownAccount}/access/${id}`);
    await admin.patch(`/api/accounts/${ownAccount}`, {
      incoming: { host: 'elsewhere.test', port: 993, security: 'tls' },
    });
    expect((await attempts()).slice(0, 3)).toMatchObject([
      { by: { id }, account: { id: ownAccount }, status: 422, reason: 'password-needed' },
      { by: { id }, account: { id: ownAccount }, status: 409, reason: 'administrators-always-have-access' },
      { by: { id }, account: null, user: { id }, status: 409, reason: 'last-administrator' },
    ]);
  });

  it('when the person lacks the permission, with the account and the reason', async () => {
    await people.granted!.asks.put(`/api/accounts/${ownAccount}/password`, { password: 'canary' });
    const [attempt] = await attempts(`/api/accounts/${ownAccount}/attempts`);
    expect(attempt).toMatchObject({
      times: 1,
      by: { id: people.granted!.id, name: 'granted' },
      via: 'web',
      action: 'PUT /api/accounts/{id}/password',
      account: { id: ownAccount, address: 'own@example.test' },
      status: 403,
      reason: 'only-its-owner-or-an-administrator-changes-the-password',
      from: '127.0.0.1',
    });
    expect(JSON.stringify(attempt)).not.toContain('canary');
  });

  it('when the account is hidden from the person, but not when the account never existed', async () => {
    await people.stranger!.asks.get(`/api/accounts/${ownAccount}`);
    await people.stranger!.asks.get('/api/accounts/never-was');
    const mine = await attempts(`/api/attempts?by=${people.stranger!.id}`);
    expect(mine).toMatchObject([{ status: 404, reason: 'account-not-found', account: { id: ownAccount } }]);
  });

  it('when a mail server refuses the login', async () => {
    await admin.post('/api/accounts', accountOn(mail, 'other@example.test', 'wrong'));
    expect(await attempts('/api/attempts?reason=login-refused')).toMatchObject([
      { action: 'POST /api/accounts', status: 422, server: 'incoming', account: null },
    ]);
  });

  it('when a sign-in fails, for a known or unknown user, with its origin and a lower bound of its count', async () => {
    const signIn = (email: string) => service.nobody.post('/api/session', { email, password: 'a wrong one' });
    for (let guess = 0; guess < 7; guess++) await signIn('owner@mailroom.test');
    await signIn('nobody@mailroom.test');
    const [known, unknown] = (await attempts())
      .filter(({ status }) => status === 401)
      .sort((a, b) => Number(b.user !== null) - Number(a.user !== null));
    expect(known).toMatchObject({ by: null, user: { id: people.owner!.id }, times: 4, from: '127.0.0.1' });
    expect(unknown).toMatchObject({ by: null, user: null, times: 1 });
    expect(await attempts('/api/attempts?reason=too-many-failures')).toMatchObject([{ status: 429, times: 2 }]);
  });

  it('when a deactivated user signs in with the right password', async () => {
    const email = 'gone@mailroom.test';
    const { id } = done(
      await admin.post<Recorded>('/api/users', { name: 'gone', email, role: 'user', password: PASSWORD }),
    );
    done(await admin.patch(`/api/users/${id}`, { active: false }));
    expect(await service.nobody.post('/api/session', { email, password: PASSWORD })).toMatchObject({ status: 401 });
    const [latest] = await attempts();
    expect(latest).toMatchObject({ by: null, user: { id }, status: 401, reason: 'not-signed-in' });
  });
});

describe('the record of attempts', () => {
  it('grows by the logarithm of the number of attempts', async () => {
    const { id } = done(
      await admin.post<Recorded>('/api/users', {
        name: 'flood',
        email: 'flood@mailroom.test',
        role: 'user',
        password: PASSWORD,
      }),
    );
    const flood = await service.signedIn({ email: 'flood@mailroom.test', password: PASSWORD });
    for (let n = 0; n < 33; n++) await flood.get('/api/users');
    const [attempt, ...others] = await attempts(`/api/attempts?by=${id}`);
    expect(others).toEqual([]);
    expect(attempt!.times).toBe(32);
    const [facts] = await service.service.platform.database.query<{ count: string }[]>(
      `select count(*) from facts where type like 'Attempt%' and metadata ->> 'by' = $1`,
      [`user:${id}`],
    );
    expect(Number(facts!.count)).toBe(6);
  });

  it('is open to administrators and auditors, and to the owner of an account without the origin', async () => {
    expect((await attempts('/api/attempts', people.auditor!.asks)).length).toBeGreaterThan(0);
    const own = await attempts(`/api/accounts/${ownAccount}/attempts`, people.owner!.asks);
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ from }) => from === null)).toBe(true);
    const path = `/api/accounts/${ownAccount}/attempts`;
    expect((await people.granted!.asks.get(path)).status).toBe(403);
    expect((await people.stranger!.asks.get(path)).status).toBe(404);
    expect((await people.owner!.asks.get('/api/attempts')).status).toBe(403);
  });

  it('is listed newest first, page by page, and filtered by time', async () => {
    const all = await attempts();
    expect(await allOf(admin, '/api/attempts', 1)).toEqual(all);
    expect(await attempts('/api/attempts?until=2020-01-01')).toEqual([]);
    expect(await attempts('/api/attempts?since=2020-01-01')).toHaveLength(all.length);
  });
});

describe('the record of a hidden resource', () => {
  const countsLocked = async (during: () => Promise<void>): Promise<void> => {
    const client = await poolOf(service.service.platform.database).connect();
    try {
      await client.query('begin; lock table attempt_counts in access exclusive mode');
      await during();
    } finally {
      await client.query('rollback');
      client.release();
    }
  };
  it('delays no answer, and the list waits for it', async () => {
    let list: Promise<Attempt[]> | undefined;
    await countsLocked(async () => {
      const hidden = await people.stranger!.asks.get(`/api/accounts/${ownAccount}/fetches`);
      expect(hidden).toMatchObject({ status: 404, body: { reason: 'account-not-found' } });
      list = attempts();
    });
    expect((await list)![0]).toMatchObject({ action: 'GET /api/accounts/{id}/fetches', status: 404, times: 1 });
  });

  it('is not lost when the process stops at once', async () => {
    const { asks } = people.granted!;
    const beside = await RunningService.start({ beside: service });
    let stopped: Promise<void> | undefined;
    await countsLocked(async () => {
      const missing = new Requests(beside.url, people.stranger!.asks.headers).get(`/api/accounts/${ownAccount}/gaps`);
      expect(await missing).toMatchObject({ status: 404 });
      stopped = beside.stop();
      await asks.get('/api/me');
    });
    await stopped;
    await service.settled();
    expect(await attempts()).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'GET /api/accounts/{id}/gaps', status: 404 })]),
    );
  });
});
