import { PendingOpenIdSignIns } from '../../src/users/pending-openid-sign-ins.js';
import { makeKey, OpenIdServer } from '../openid-server.js';
import { freePort } from '../ports.js';
import { type Answer, done, type Problem, type Recorded, type Requests } from './requests.js';
import { ADMIN, RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';
import { PASSWORD } from './world.js';

interface User {
  id: string;
  name: string;
  email: string;
  role: string;
  byProvider: boolean;
}

const SECRET = 'canary of the client at the provider';
let provider: OpenIdServer;
let service: RunningService;
let admin: Requests;
/** Bodies of the answers. */
const answers: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  provider = await OpenIdServer.start({
    clients: [{ id: 'mailroom', secret: SECRET, redirectUris: [`${url}/api/session/openid/callback`] }],
    people: {},
    claimsIn: 'id-token',
  });
  service = await RunningService.start({
    env: {
      PORT: String(port),
      PUBLIC_URL: url,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'mailroom',
      OIDC_CLIENT_SECRET: SECRET,
      OIDC_ROLE_CLAIM: 'realm_access.roles',
      OIDC_ROLES: 'mail-admins=administrator, staff=user, revision=auditor',
      LOG_LEVEL: 'trace',
    },
  });
  admin = await service.signedIn();
});
afterAll(async () => {
  await service?.stop();
  await provider?.stop();
});
beforeEach(() => {
  provider.alter = (claims) => claims;
  provider.foreignKey = undefined;
});

/** Makes a person known to the provider. @returns the subject */
const known = (subject: string, role: string | null, more: object = {}): string => {
  const claims = { email: `${subject}@mailroom.test`, email_verified: true, name: `Ms ${subject}` };
  provider.people.set(subject, {
    ...claims,
    ...(role === null ? {} : { realm_access: { roles: ['other', role] } }),
    ...more,
  });
  return subject;
};

const noted = <T>(answer: Answer<T>): Answer<T> => {
  answers.push(answer.bytes.toString());
  return answer;
};
const cookiesOf = (answer: Answer<unknown>): string =>
  answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0]!)
    .join('; ');
const browser = (cookie: string): Requests => service.nobody.with({ Cookie: cookie, Accept: 'text/html' });

/** Begins a sign-in. @returns the URL at the provider, and the cookies for the return */
async function begin(query = ''): Promise<{ url: string; cookie: string }> {
  const answer = noted(await service.nobody.get(`/api/session/openid/start${query}`));
  expect(answer.status).toBe(302);
  return { url: answer.headers.get('location')!, cookie: cookiesOf(answer) };
}
const back = ({ pathname, search }: URL, cookie: string, asks = service.nobody): Promise<Answer<Problem>> =>
  asks
    .with({ Cookie: cookie })
    .get(pathname + search)
    .then(noted);

async function signIn(subject: string, query = ''): Promise<Answer<Problem>> {
  const { url, cookie } = await begin(query);
  return back(await provider.signIn(url, subject), cookie);
}
const me = async (answer: Answer<unknown>): Promise<User> =>
  done(await browser(cookiesOf(answer)).get<User>('/api/me'));
const userOf = async (email: string): Promise<User | undefined> => {
  await service.settled();
  return done(await admin.get<{ items: User[] }>('/api/users?limit=200')).items.find((user) => user.email === email);
};
const add = async (email: string, more: object = {}): Promise<string> =>
  done(await admin.post<Recorded>('/api/users', { name: 'Known', email, role: 'user', ...more })).id;

describe('a person of the company’s provider', () => {
  it('is added with the role from the provider, and signed in', async () => {
    const answer = await signIn(known('anna', 'staff'), '?returnTo=/mail%3Fbox=sent');
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.bytes.toString()).toContain('content="0;url=/mail?box=sent"');
    const session = answer.headers.getSetCookie().find((each) => each.startsWith('mailroom_session='));
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(session).toContain(part);
    expect(await me(answer)).toMatchObject({ name: 'Ms anna', email: 'anna@mailroom.test', role: 'user' });
    expect(await userOf('anna@mailroom.test')).toMatchObject({ byProvider: true, role: 'user' });
  });

  it('is the same user at the next sign-in, also with another address, and gets the current role', async () => {
    const first = await me(await signIn(known('bert', 'staff')));
    const second = await me(await signIn(known('bert', 'revision', { email: 'new@mailroom.test' })));
    expect(second).toMatchObject({ id: first.id, email: 'bert@mailroom.test', role: 'auditor' });
    expect(await me(await signIn(known('bert', 'mail-admins')))).toMatchObject({ id: first.id, role: 'administrator' });
  });

  it('is one user after two sign-ins at the same moment', async () => {
    known('twin', 'staff');
    const [one, other] = await Promise.all([signIn('twin'), signIn('twin')]);
    expect((await me(one)).id).toBe((await me(other)).id);
  });

  it('cannot sign in with a password', async () => {
    known('carl', 'staff');
    await signIn('carl');
    const answer = await service.nobody.post('/api/session', { email: 'carl@mailroom.test', password: 'carl' });
    expect(answer.status).toBe(401);
  });

  it('is linked to an added user without a password if the provider has verified the address', async () => {
    const id = await add('dora@mailroom.test');
    for (const verified of [false, undefined]) {
      const refused = await signIn(known('dora', 'staff', { email_verified: verified }));
      expect(refused).toMatchObject({ status: 403, body: { reason: 'address-not-verified' } });
    }
    expect((await me(await signIn(known('dora', 'staff')))).id).toBe(id);
  });

  it('is not linked to a user with a password until that user requests the link', async () => {
    const id = await add('emil@mailroom.test', { password: PASSWORD });
    known('emil', 'staff');
    expect(await signIn('emil')).toMatchObject({ status: 403, body: { reason: 'address-taken' } });

    const emil = await service.signedIn({ email: 'emil@mailroom.test', password: PASSWORD });
    const begun = noted(await emil.post<{ url: string }>('/api/session/openid'));
    const linked = await back(await provider.signIn(done(begun).url, 'emil'), cookiesOf(begun));
    expect((await me(linked)).id).toBe(id);
    expect((await me(await signIn('emil'))).id).toBe(id);
    expect((await service.signedIn({ email: 'emil@mailroom.test', password: PASSWORD })).url).toBe(service.url);
  });

  it('is not linked to a second user', async () => {
    known('fred', 'staff');
    await signIn('fred');
    const begun = noted(await admin.post<{ url: string }>('/api/session/openid'));
    const answer = await back(await provider.signIn(done(begun).url, 'fred'), cookiesOf(begun));
    expect(answer).toMatchObject({ status: 409, body: { reason: 'linked-to-somebody-else' } });
  });

  it('is not let in without a role, and not added', async () => {
    expect(await signIn(known('greta', null))).toMatchObject({ status: 403, body: { reason: 'no-role' } });
    expect(await signIn(known('greta', 'cooks'))).toMatchObject({ status: 403, body: { reason: 'no-role' } });
    expect(await userOf('greta@mailroom.test')).toBeUndefined();
  });

  it('is not let in after deactivation, and the open session ends', async () => {
    const before = await signIn(known('hans', 'staff'));
    const { id } = await me(before);
    done(await admin.patch(`/api/users/${id}`, { active: false }));
    expect((await browser(cookiesOf(before)).get('/api/me')).status).toBe(401);
    expect(await signIn('hans')).toMatchObject({ status: 403, body: { reason: 'user-deactivated' } });
  });

  it('has sessions of twelve hours, and loses them once the provider gives no role', async () => {
    const id = await add('ivan@mailroom.test', { password: PASSWORD });
    known('ivan', 'staff');
    const byPassword = await service.signedIn({ email: 'ivan@mailroom.test', password: PASSWORD });
    const begun = noted(await byPassword.post<{ url: string }>('/api/session/openid'));
    await back(await provider.signIn(done(begun).url, 'ivan'), cookiesOf(begun));
    const byProvider = await signIn('ivan');
    expect(byProvider.headers.getSetCookie().join('\n')).toContain('Max-Age=43200');
    expect((await me(byProvider)).id).toBe(id);
    const sessions = await service.service.platform.database.query<{ hours: number }[]>(
      'select round(extract(epoch from expires_at - now()) / 3600)::int as hours from sessions where user_id = $1 order by 1',
      [id],
    );
    expect(sessions).toEqual([{ hours: 12 }, { hours: 12 }, { hours: 7 * 24 }]);

    expect(await signIn(known('ivan', 'cooks'))).toMatchObject({ status: 403, body: { reason: 'no-role' } });
    expect((await browser(cookiesOf(byProvider)).get('/api/me')).status).toBe(401);
    expect((await byPassword.get('/api/me')).status).toBe(200);
    expect((await me(await signIn(known('ivan', 'staff')))).id).toBe(id);
  });

  it('stays the last administrator even if the provider gives another role', async () => {
    const alone = await me(await signIn(known('ines', 'mail-admins')));
    const ines = browser(cookiesOf(await signIn('ines'))).with({ 'X-Requested-By': 'test', Accept: '*/*' });
    await service.settled();
    const others = done(await ines.get<{ items: User[] }>('/api/users?limit=200')).items.filter(
      ({ id }) => id !== alone.id,
    );
    const admins = others.filter(({ role }) => role === 'administrator');
    for (const { id } of admins) done(await ines.patch(`/api/users/${id}`, { role: 'user' }));
    expect(await me(await signIn(known('ines', 'staff')))).toMatchObject({ id: alone.id, role: 'administrator' });
    expect(service.logged.join('\n')).toContain('The role stays unchanged.');
    for (const { id } of admins) done(await ines.patch(`/api/users/${id}`, { role: 'administrator' }));
    expect(await me(await signIn('ines'))).toMatchObject({ role: 'user' });
  });
});

describe('the answer of the provider', () => {
  it('has its own reason when the person declined', async () => {
    const { url, cookie } = await begin();
    expect(await back(await provider.refuse(url), cookie)).toMatchObject({
      status: 422,
      body: { reason: 'sign-in-declined' },
    });
  });

  it('counts once, and only in the browser that began the sign-in', async () => {
    known('jana', 'staff');
    const { url, cookie } = await begin();
    const to = await provider.signIn(url, 'jana');
    const other = await begin();
    for (const wrong of ['', other.cookie, cookie.slice(0, -8), cookie.replace(/=.*/, '=e30')])
      expect(await back(to, wrong)).toMatchObject({ status: 403, body: { reason: 'sign-in-not-begun' } });
    expect((await back(to, cookie)).status).toBe(200);
    expect(await back(to, cookie)).toMatchObject({ status: 409, body: { reason: 'sign-in-used' } });
  });

  it('leaves no cookie of the sign-in in the browser, after success and after failure', async () => {
    known('jens', 'staff');
    const gone = (cookie: string, answer: Answer<unknown>): void => {
      const [name] = cookie.split('=');
      const path = 'Path=/api/session/openid/callback';
      expect(answer.headers.getSetCookie()).toContainEqual(
        expect.stringMatching(`^${name}=;.*${path};.*Expires=Thu, 01 Jan 1970`),
      );
    };
    const good = await begin();
    const answer = await back(await provider.signIn(good.url, 'jens'), good.cookie);
    expect(answer.status).toBe(200);
    gone(good.cookie, answer);
    const declined = await begin();
    const refused = await back(await provider.refuse(declined.url), declined.cookie);
    expect(refused.status).toBe(422);
    gone(declined.cookie, refused);
    const other = await begin();
    const forged = await back(await provider.signIn(other.url, 'jens'), other.cookie.replace(/=.*/, '=e30'));
    expect(forged.status).toBe(403);
    gone(other.cookie, forged);
  });

  it('counts for ten minutes, and is refused afterwards each time', async () => {
    known('jule', 'staff');
    const { url, cookie } = await begin();
    const to = await provider.signIn(url, 'jule');
    const [name, sealed] = cookie.split('=') as [string, string];
    const signIns = service.service.app.get(PendingOpenIdSignIns);
    const begun = signIns.open({ [name]: sealed }, to.searchParams.get('state'));
    expect(begun.until - Date.now()).toBeLessThanOrEqual(600_000);
    const late = `${name}=${signIns.seal({ ...begun, until: Date.now() - 1 })}`;
    for (const _ of [1, 2])
      expect(await back(to, late)).toMatchObject({ status: 409, body: { reason: 'sign-in-expired' } });
    expect((await back(to, cookie)).status).toBe(200);
  });

  it('is verified with the current key of the provider', async () => {
    const { id } = await me(await signIn(known('jost', 'staff')));
    provider.replaceKey();
    expect((await me(await signIn('jost'))).id).toBe(id);
  });

  it('is refused with another state, nonce, code or issuer', async () => {
    known('karl', 'staff');
    for (const [name, reason] of [
      ['state', 'sign-in-not-begun'],
      ['code', 'sign-in-refused'],
      ['iss', 'sign-in-refused'],
    ] as const) {
      const { url, cookie } = await begin();
      const to = await provider.signIn(url, 'karl');
      to.searchParams.set(name, 'https://other.example');
      expect((await back(to, cookie)).body).toMatchObject({ reason });
    }
    const { url, cookie } = await begin();
    const other = new URL(url);
    other.searchParams.set('nonce', 'another');
    expect(await back(await provider.signIn(other.href, 'karl'), cookie)).toMatchObject({
      status: 422,
      body: { reason: 'sign-in-refused' },
    });
  });

  it.each([
    ['another issuer', { iss: 'https://other.example' }],
    ['another client', { aud: 'another' }],
    ['an expired time', { exp: 1_000_000_000, iat: 999_999_000 }],
    ['no subject', { sub: undefined }],
  ])('is refused for %s', async (_, wrong) => {
    known('lena', 'staff');
    provider.alter = (claims) => ({ ...claims, ...wrong });
    expect(await signIn('lena')).toMatchObject({ status: 422, body: { reason: 'sign-in-refused' } });
    expect(await userOf('lena@mailroom.test')).toBeUndefined();
  });

  it('is refused when another key signed it', async () => {
    known('mara', 'staff');
    provider.foreignKey = makeKey();
    expect(await signIn('mara')).toMatchObject({ status: 422, body: { reason: 'sign-in-refused' } });
  });

  it('is accepted when the clocks differ by some seconds', async () => {
    known('nora', 'staff');
    const now = Math.floor(Date.now() / 1000);
    provider.alter = (claims) => ({ ...claims, iat: now + 20, nbf: now + 20, exp: now + 3600 });
    expect((await me(await signIn('nora'))).email).toBe('nora@mailroom.test');
  });

  it('is a page with the next step for a person', async () => {
    const { url, cookie } = await begin();
    const answer = await back(await provider.refuse(url), cookie, service.nobody.with({ Accept: 'text/html' }));
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.bytes.toString()).toContain('Begin again');
  });

  it('is on record when it was refused', async () => {
    await service.settled();
    const { items } = done(await admin.get<{ items: { action: string; reason: string }[] }>('/api/attempts?limit=200'));
    const reasons = items
      .filter(({ action }) => action === 'GET /api/session/openid/callback')
      .map(({ reason }) => reason);
    expect(reasons).toEqual(
      expect.arrayContaining(['sign-in-refused', 'no-role', 'sign-in-not-begun', 'sign-in-declined']),
    );
  });
});

describe('the path after the sign-in', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/a\tb', '/a\nb', '', 'mail', '/a\\b'])(
    'is never %j',
    async (to) => {
      const answer = await service.nobody.get(`/api/session/openid/start?returnTo=${encodeURIComponent(to)}`);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([400, null]);
    },
  );

  it('cannot inject markup', async () => {
    const answer = await signIn(known('olaf', 'staff'), `?returnTo=${encodeURIComponent('/"><b>')}`);
    expect(answer.bytes.toString()).not.toContain('<b>');
  });
});

it('no answer, log line or row contains the client secret, a code, a token or the subject', async () => {
  const subject = known('subject-canary-71c4', 'staff', { name: 'Paul', email: 'paul@mailroom.test' });
  const { url, cookie } = await begin();
  const to = await provider.signIn(url, subject);
  const session = cookiesOf(await back(to, cookie));
  await service.settled();
  const { database } = service.service.platform;
  const tables = await database.query<{ name: string }[]>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const rows: string[] = [];
  for (const { name } of tables)
    rows.push(
      ...(await database.query<{ row: string }[]>(`select t::text as row from ${name} t`)).map(({ row }) => row),
    );
  expect(rows.join('\n')).toContain('UserLinked');
  expect(service.logged.join('\n')).toContain('/api/session/openid/callback');
  const written = [...service.logged, ...answers, ...rows].join('\n');
  const { code, state } = Object.fromEntries(to.searchParams) as { code: string; state: string };
  const token = session.slice(session.lastIndexOf('=') + 1);
  const nonce = new URL(url).searchParams.get('nonce')!;
  for (const secret of [SECRET, code, state, nonce, subject, token]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(written).not.toContain(secret);
  }
});

describe('a provider that does not answer', () => {
  let alone: RunningService;
  afterEach(() => alone?.stop());

  it('does not stop the start of the service or sign-ins by password, and is asked again', async () => {
    const [port, own] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${own}`;
    const env = {
      PORT: String(own),
      PUBLIC_URL: url,
      OIDC_ISSUER: `http://127.0.0.1:${port}`,
      OIDC_CLIENT_ID: 'mailroom',
      OIDC_CLIENT_SECRET: SECRET,
      OIDC_ROLE_CLAIM: 'roles',
      OIDC_ROLES: 'staff=user',
    };
    alone = await RunningService.start({ env });
    await alone.signedIn(ADMIN);
    const start = () => alone.nobody.get('/api/session/openid/start');
    expect(await start()).toMatchObject({ status: 503, body: { reason: 'provider-not-answering' } });
    const late = await OpenIdServer.start({
      clients: [{ id: 'mailroom', secret: SECRET, redirectUris: [`${url}/api/session/openid/callback`] }],
      people: { rita: { email: 'rita@mailroom.test', email_verified: true, roles: 'staff' } },
      claimsIn: 'userinfo',
      port,
    });
    try {
      const begun = await waitUntil(start, ({ status }) => status === 302);
      const to = await late.signIn(begun.headers.get('location')!, 'rita');
      const cookie = begun.headers.get('set-cookie')!.split(';')[0]!;
      const answer = await alone.nobody.with({ Cookie: cookie }).get(to.pathname + to.search);
      expect(answer.status).toBe(200);
      const session = cookiesOf(answer);
      expect((await alone.nobody.with({ Cookie: session }).get<User>('/api/me')).body).toMatchObject({
        email: 'rita@mailroom.test',
      });
    } finally {
      await late.stop();
    }
  });
});

it('an IP address can begin only a limited number of sign-ins', async () => {
  const start = () => service.nobody.get('/api/session/openid/start');
  let last = await start();
  for (let n = 0; n < 600 && last.status === 302; n++) last = await start();
  expect(last).toMatchObject({ status: 429, body: { reason: 'too-many-sign-ins' } });
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
});
