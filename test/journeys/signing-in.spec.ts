import { done, type Recorded, type Requests } from './requests.js';
import { ADMIN, RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

let service: RunningService;
let admin: Requests;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

const add = async (
  name: string,
  role: string,
  password: string | undefined = PASSWORD,
): Promise<{ id: string; email: string }> => {
  const email = `${name}@mailroom.test`;
  return { email, id: done(await admin.post<Recorded>('/api/users', { name, email, role, password })).id };
};
const signIn = (email: string, password: string) => service.nobody.post('/api/session', { email, password });

describe('a session', () => {
  it('names its user, and is a cookie that no script can read and no other site can send', async () => {
    const answer = await service.nobody.post<{ token: string }>('/api/session', ADMIN);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        token: expect.stringMatching(/^[\w-]{40,}$/),
        user: { name: 'Administrator', role: 'administrator', mailModule: true },
      },
    });
    const cookie = answer.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^mailroom_session=[\w-]+;/);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
  });

  it('begins with an address in any case and with spaces around it', async () => {
    expect((await signIn(` ${ADMIN.email.toUpperCase()} `, ADMIN.password)).status).toBe(200);
  });

  it('with only a cookie can read, but cannot change anything without X-Requested-By', async () => {
    const answer = await service.nobody.post('/api/session', ADMIN);
    const page = service.nobody.with({ Cookie: answer.headers.get('set-cookie')!.split(';')[0]! });
    expect((await page.get('/api/me')).status).toBe(200);
    const token = { name: 'crm', role: 'user' };
    expect(await page.post('/api/tokens', token)).toMatchObject({
      status: 403,
      body: { reason: 'requested-by-missing' },
    });
    expect((await page.with({ 'X-Requested-By': 'mailroom' }).post('/api/tokens', token)).status).toBe(201);
  });

  it('ends on request, as a token and as a cookie, and no other session ends', async () => {
    const [one, other] = [await service.signedIn(), await service.signedIn()];
    const ended = await one.delete('/api/session');
    expect([ended.status, ended.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^mailroom_session=;/),
    ]);
    expect(await one.get('/api/me')).toMatchObject({ status: 401, body: { reason: 'not-signed-in' } });
    expect((await other.get('/api/me')).status).toBe(200);
  });
});

describe('a failed sign-in', () => {
  it('does not reveal whether the address or the password was wrong', async () => {
    const { email } = await add('known', 'user');
    const [wrong, unknown] = [await signIn(email, 'wrong'), await signIn('unknown@mailroom.test', 'wrong')];
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  it('is the result for a user without a password', async () => {
    await admin.post('/api/users', { name: 'Mute', email: 'mute@mailroom.test', role: 'user' });
    expect((await signIn('mute@mailroom.test', 'anything at all')).status).toBe(401);
  });

  it('blocks the user after repetition, even with the right password, but no other user', async () => {
    const { email } = await add('guessed', 'user');
    const answers = [];
    for (let guess = 0; guess < 6; guess++) answers.push(await signIn(email, `guess ${guess}`));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    const right = await signIn(email, PASSWORD);
    expect(right).toMatchObject({ status: 429, body: { reason: 'too-many-failures' } });
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(1);
    expect((await signIn(ADMIN.email, ADMIN.password)).status).toBe(200);
  });

  it('does not count any more after a successful sign-in', async () => {
    const { email } = await add('forgetful', 'user');
    for (let round = 0; round < 3; round++) {
      for (let guess = 0; guess < 4; guess++) expect((await signIn(email, `guess ${guess}`)).status).toBe(401);
      expect((await signIn(email, PASSWORD)).status).toBe(200);
    }
  });
});

describe('the last active administrator', () => {
  it('stays an administrator, also when two are demoted at the same moment', async () => {
    const { id: first } = done(await admin.get<{ id: string }>('/api/me'));
    for (const change of [{ role: 'user' }, { role: 'auditor' }, { active: false }])
      expect(await admin.patch(`/api/users/${first}`, change)).toMatchObject({
        status: 409,
        body: { reason: 'last-administrator' },
      });
    const second = await add('second', 'administrator');
    const third = await service.signedIn({ email: second.email, password: PASSWORD });
    const answers = await Promise.all([
      third.patch(`/api/users/${first}`, { role: 'user' }),
      third.patch(`/api/users/${second.id}`, { active: false }),
    ]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
  });
});
