import { done, type Recorded, Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';
import { PASSWORD } from './world.js';

const NEW = 'another password for people';
let one: RunningService;
let two: RunningService;
let admin: Requests;
let number = 0;

beforeAll(async () => {
  one = await RunningService.start();
  two = await RunningService.start({ beside: one });
  admin = await one.signedIn();
}, 240_000);
afterAll(async () => {
  await two?.stop();
  await one?.stop();
});

interface Somebody {
  id: string;
  email: string;
  password: (value: string) => { email: string; password: string };
}

async function somebody(role = 'user'): Promise<Somebody> {
  const email = `somebody${number++}@mailroom.test`;
  const { id } = done(await admin.post<Recorded>('/api/users', { name: 'Somebody', email, role, password: PASSWORD }));
  return { id, email, password: (password) => ({ email, password }) };
}

const change = (by: Requests, id: string, body: object) =>
  by.put<Recorded & { password?: string; reason?: string }>(`/api/users/${id}/password`, body);
const statusOf = async ({ headers }: Requests, service: RunningService): Promise<number> =>
  (await new Requests(service.url, headers).get('/api/me')).status;
const signIn = async (as: object, service = two): Promise<number> =>
  (await service.nobody.post('/api/session', as)).status;

describe('one’s own password', () => {
  it('is changed with the current one; other sessions end at once at every process, this one goes on', async () => {
    const { id, password } = await somebody();
    const [here, there, elsewhere] = [
      await one.signedIn(password(PASSWORD)),
      await one.signedIn(password(PASSWORD)),
      await two.signedIn(password(PASSWORD)),
    ];
    const changed = done(await change(here, id, { current: PASSWORD, password: NEW }));
    expect(changed).not.toHaveProperty('password');
    const statuses = async (by: Requests) => Promise.all([statusOf(by, two), statusOf(by, one)]);
    expect(await statuses(there)).toEqual([401, 401]);
    expect(await statuses(elsewhere)).toEqual([401, 401]);
    expect(await statuses(here)).toEqual([200, 200]);
    expect([await signIn(password(PASSWORD)), await signIn(password(NEW))]).toEqual([401, 200]);
  });

  it('is changed by a page with its cookie too, and the session of the page goes on', async () => {
    const { id, password } = await somebody();
    const answer = await one.nobody.post('/api/session', password(PASSWORD));
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
    const page = one.nobody.with({ Cookie: cookie, 'X-Requested-By': 'mailroom' });
    done(await change(page, id, { current: PASSWORD, password: NEW }));
    expect(await statusOf(page, two)).toBe(200);
  });

  it('is not changed without the current one or with a wrong one, and further guesses are refused', async () => {
    const { id, password } = await somebody();
    const by = await one.signedIn(password(PASSWORD));
    expect(await change(by, id, { password: NEW })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'current' }] },
    });
    expect(await change(by, id, { current: PASSWORD })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'password' }] },
    });
    const guesses = [];
    for (let guess = 0; guess < 6; guess++)
      guesses.push(await change(by, id, { current: `guess ${guess}`, password: NEW }));
    expect(guesses.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 429]);
    expect(guesses[0]!.body.reason).toBe('current-password-wrong');
    expect(await change(by, id, { current: PASSWORD, password: NEW })).toMatchObject({ status: 429 });
    expect(await signIn(password(PASSWORD))).toBe(200);
  });

  it('of an administrator is changed only with the current one too', async () => {
    const { id, password } = await somebody('administrator');
    const by = await one.signedIn(password(PASSWORD));
    expect((await change(by, id, {})).status).toBe(400);
    expect((await change(by, id, { current: PASSWORD, password: NEW })).status).toBe(200);
  });
});

describe('the password of any user', () => {
  it('is reset by an administrator: it is generated, shown once, and all sessions of the user end', async () => {
    const { id, password } = await somebody();
    const session = await two.signedIn(password(PASSWORD));
    const asked = admin.with({ 'Idempotency-Key': `reset ${id}`.replace(' ', '-') });
    const { password: madeUp } = done(await change(asked, id, {}));
    expect(madeUp).toMatch(/^[\w-]{16}$/);
    expect([await statusOf(session, two), await statusOf(session, one)]).toEqual([401, 401]);
    expect([await signIn(password(PASSWORD)), await signIn(password(madeUp!))]).toEqual([401, 200]);
    expect(done(await change(asked, id, {})).password).not.toBe(madeUp);
  });

  it('is set by an administrator', async () => {
    const { id, password } = await somebody();
    expect(done(await change(admin, id, { password: NEW }))).not.toHaveProperty('password');
    expect(await signIn(password(NEW))).toBe(200);
    expect((await change(admin, id, { password: NEW, current: PASSWORD })).status).toBe(400);
  });

  it('is changed by nobody else', async () => {
    const [ben, cleo] = [await somebody(), await somebody()];
    const by = await one.signedIn(cleo.password(PASSWORD));
    expect(await change(by, ben.id, { password: NEW })).toMatchObject({ status: 403 });
  });

  it('is one of the new ones when several are set at the same moment', async () => {
    const { id, password } = await somebody();
    const wanted = Array.from({ length: 4 }, (_, n) => `password number ${n}`);
    const answers = await Promise.all(wanted.map((each) => change(admin, id, { password: each })));
    const taken = wanted.filter((_, n) => answers[n]!.status === 200);
    const works: string[] = [];
    for (const each of wanted) if ((await signIn(password(each))) === 200) works.push(each);
    expect(works).toHaveLength(1);
    expect(taken).toContain(works[0]);
  });
});

it('guesses at the same moment are limited like guesses one after the other', async () => {
  const { password } = await somebody();
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => signIn(password(`guess ${n}`), n % 2 ? one : two)),
  );
  expect(guesses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
  expect(new Set(guesses)).toEqual(new Set([401, 429]));
});

it('a session from before a deactivation stays invalid after the reactivation', async () => {
  const { id, password } = await somebody();
  const session = await one.signedIn(password(PASSWORD));
  done(await admin.patch(`/api/users/${id}`, { active: false }));
  done(await admin.patch(`/api/users/${id}`, { active: true }));
  expect(await statusOf(session, two)).toBe(401);
  expect(await statusOf(await two.signedIn(password(PASSWORD)), one)).toBe(200);
});

describe('the time of the last use', () => {
  it('is shown for a token', async () => {
    const { id, token } = done(
      await admin.post<{ id: string; token: string }>('/api/tokens', { name: 'crm', role: 'user' }),
    );
    const lastUsed = async (): Promise<string | null> => {
      const { items } = done(await admin.get<{ items: { id: string; lastUsedAt: string | null }[] }>('/api/tokens'));
      return items.find((each) => each.id === id)?.lastUsedAt ?? null;
    };
    expect(await lastUsed()).toBeNull();
    await two.withToken(token).get('/api/me');
    expect(Date.parse((await waitUntil(lastUsed, (at) => at !== null))!)).toBeLessThanOrEqual(Date.now());
  });

  it('is shown for a person', async () => {
    const { id, password } = await somebody();
    const lastSeen = async () => (await admin.get<{ lastSeenAt: string | null }>(`/api/users/${id}`)).body.lastSeenAt;
    await waitUntil(lastSeen, (at) => at === null);
    await (await one.signedIn(password(PASSWORD))).get('/api/me');
    expect(await lastSeen()).toEqual(expect.any(String));
  });
});
