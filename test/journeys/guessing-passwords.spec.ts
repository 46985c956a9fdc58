import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

let service: RunningService;
let other: RunningService;
let admin: Requests;

beforeAll(async () => {
  const config = { trustedProxies: ['127.0.0.0/8'] };
  service = await RunningService.start({ config });
  other = await RunningService.start({ config, beside: service });
  admin = await service.signedIn();
});
afterAll(async () => {
  await other?.stop();
  await service?.stop();
});

let people = 0;
async function somebody(): Promise<string> {
  const email = `guessed${people++}@mailroom.test`;
  done(await admin.post<Recorded>('/api/users', { name: 'Somebody', email, role: 'user', password: PASSWORD }));
  return email;
}

const signIn = async (from: string, email: string, password = PASSWORD, at = service): Promise<number> =>
  (await at.nobody.with({ 'X-Forwarded-For': from }).post('/api/session', { email, password })).status;

/** Statuses of wrong passwords until one is not a 401, at most `most`. */
async function wrongUntilRefused(most: number, tryOnce: (n: number) => Promise<number>): Promise<number> {
  for (let n = 0; n < most; n++) if ((await tryOnce(n)) !== 401) return n;
  return most;
}

describe('guessing the password of one user', () => {
  it('from many sources ends for all places but those where the user has signed in before', async () => {
    const email = await somebody();
    expect(await signIn('198.51.100.1', email)).toBe(200);
    const guesses = await wrongUntilRefused(100, (n) => signIn(`203.0.113.${n}`, email, 'wrong'));
    expect(guesses).toBe(20);
    expect(await signIn('203.0.113.200', email)).toBe(429);
    expect(await signIn('198.51.100.1', email, 'wrong')).toBe(401);
    expect(await signIn('198.51.100.1', email)).toBe(200);
  });

  it('from one IPv6 network counts as from one source, whatever the address in it', async () => {
    const email = await somebody();
    const guesses = await wrongUntilRefused(20, (n) => signIn(`2001:db8:1:2:${n}::1`, email, 'wrong'));
    expect(guesses).toBe(5);
    expect(await signIn('2001:db8:1:3::1', email)).toBe(200);
  });

  it('goes on at no other process', async () => {
    const email = await somebody();
    for (let n = 0; n < 5; n++) expect(await signIn('198.51.100.7', email, 'wrong', n % 2 ? other : service)).toBe(401);
    expect(await signIn('198.51.100.7', email, PASSWORD, other)).toBe(429);
  });
});

describe('guessing from one source', () => {
  it('ends, whichever users it tries; users that know this place still sign in', async () => {
    const [known, unknown] = [await somebody(), await somebody()];
    expect(await signIn('192.0.2.1', known)).toBe(200);
    const guesses = await wrongUntilRefused(100, (n) => signIn('192.0.2.1', `nobody${n}@mailroom.test`, 'wrong'));
    expect(guesses).toBe(30);
    expect(await signIn('192.0.2.1', unknown)).toBe(429);
    expect(await signIn('192.0.2.1', known)).toBe(200);
    expect(await signIn('192.0.2.2', unknown)).toBe(200);
  });

  it('counts no success', async () => {
    const email = await somebody();
    for (let n = 0; n < 32; n++) expect(await signIn(`192.0.2.${10 + (n % 2)}`, email)).toBe(200);
    expect(await signIn('192.0.2.10', await somebody())).toBe(200);
  });
});

it('leaves no network address and no expired count behind', async () => {
  const { database } = service.service.platform;
  await database.query(`insert into limit_counts values ('place:old 203.0.113.77', 3, 1)`);
  const late = await RunningService.start({ beside: service });
  await late.signedIn();
  await late.stop();
  const rows = await database.query<{ key: string }[]>('select key from limit_counts');
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter(({ key }) => /\d+\.\d+|2001:|@|old/.test(key))).toEqual([]);
});

describe('a password that is easy to guess', () => {
  const refused = { status: 400, body: { errors: [{ field: 'password', message: expect.stringContaining('guess') }] } };

  it.each(['password1234', 'eve@mailroom.test', 'Eve Sandman 1'])('is refused for a new user: %s', async (password) => {
    const eve = { name: 'Eve Sandman', email: 'eve@mailroom.test', role: 'user', password };
    expect(await admin.post('/api/users', eve)).toMatchObject(refused);
  });

  it('is refused as a new password, and the old password goes on', async () => {
    const email = await somebody();
    const { body } = await service.nobody.post<{ token: string; user: { id: string } }>('/api/session', {
      email,
      password: PASSWORD,
    });
    for (const password of ['1234567890', email])
      expect(
        await service.withToken(body.token).put(`/api/users/${body.user.id}/password`, { password, current: PASSWORD }),
      ).toMatchObject(refused);
    expect(await signIn('127.0.0.1', email)).toBe(200);
  });

  it('is only warned about as ADMIN_PASSWORD, because the start must not fail', async () => {
    const env = { ADMIN_PASSWORD: 'password1234' };
    const easy = await RunningService.start({ env });
    await easy.stop();
    const warned = ({ logged }: RunningService): boolean => logged.some((line) => line.includes('ADMIN_PASSWORD'));
    expect([warned(easy), warned(service)]).toEqual([true, false]);
  });
});
