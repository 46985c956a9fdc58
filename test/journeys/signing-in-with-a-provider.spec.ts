import { type Tokens } from '../../src/accounts/sign-in/sign-in-provider.js';
import { PendingMailboxSignIns } from '../../src/accounts/sign-in/pending-mailbox-sign-ins.js';
import { tokensName } from '../../src/accounts/account.events.js';
import { CLIENT_SECRET, PUBLIC_URL, SignInWorld } from '../sign-in-world.js';
import { leaksIn } from './canaries.js';
import { fetchMail } from './mailbox.js';
import { type Answer, done, type Problem, type Recorded, Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { everythingStored } from './stored.js';

const names = ['anna', 'ben', 'cleo', 'dora', 'emil', 'finn', 'finn2', 'gus'];
const addressOf = (name: string): string => `${name}@example.test`;

let world: SignInWorld;
let service: RunningService;
let admin: Requests;

interface Account {
  status: string;
  statusReason: string | null;
  signIn: string;
  signInUrl: string | null;
  revision: number;
}

type Added = Recorded & { status?: string; signInUrl: string };

beforeAll(async () => {
  world = await SignInWorld.start({
    people: Object.fromEntries(
      names.map((name) => [name, { email: addressOf(name), preferred_username: addressOf(name) }]),
    ),
    users: Object.fromEntries(names.map((name) => [addressOf(name), `password-of-${name}`])),
  });
  const { env, config } = world.service;
  service = await RunningService.start({ env: { ...env, LOG_LEVEL: 'trace' }, config });
  admin = await service.signedIn();
});
afterAll(async () => {
  await service?.stop();
  await world?.stop();
});

const add = async (name: string, signIn = 'google', by = admin): Promise<Added> =>
  done(await by.post<Added>('/api/accounts', { address: addressOf(name), signIn, ...world.servers }));
const shown = async (id: string, by = admin): Promise<Account> => {
  await service.settled();
  return done(await by.get<Account>(`/api/accounts/${id}`));
};

interface Begun {
  url: string;
  cookie: string;
}

async function begin(signInUrl: string, by = admin): Promise<Begun> {
  const answer = await by.get(signInUrl);
  if (answer.status !== 302) throw new Error(`no redirect: ${answer.status} ${JSON.stringify(answer.body)}`);
  const [cookie] = answer.headers.getSetCookie();
  return { url: answer.headers.get('location')!, cookie: cookie!.split(';')[0]! };
}

/** Comes back from the provider without the session cookie, which is SameSite=Strict. */
const comeBack = async <T = Problem>(to: URL, cookie: string, headers = {}): Promise<Answer<T>> => {
  expect(to.origin).toBe(PUBLIC_URL);
  const answer = await new Requests(service.url, { Cookie: cookie, ...headers }).get<T>(to.pathname + to.search);
  answered.push(answer.bytes.toString());
  return answer;
};

async function signIn(signInUrl: string, name: string, by = admin) {
  const { url, cookie } = await begin(signInUrl, by);
  const to = await world.provider.signIn(url, name);
  issued.push(to.searchParams.get('code')!, new URL(url).searchParams.get('state')!, cookie.split('=')[1]!);
  return comeBack<{ login: string; reason: string }>(to, cookie);
}

/** Secrets, codes, states and tokens that no answer, log line or table may contain. */
const issued: string[] = [CLIENT_SECRET];
const answered: string[] = [];

/** Tokens in the vault, or null; `version` is the number of the sign-in. */
async function tokensOf(accountId: string, version = 1): Promise<Tokens | null> {
  const kept = await service.service.platform.vault.reveal(tokensName(accountId), version);
  if (kept === null) return null;
  const tokens = JSON.parse(kept) as Tokens;
  issued.push(tokens.accessToken, tokens.refreshToken);
  return tokens;
}

async function replace(accountId: string, some: Partial<Tokens>): Promise<Tokens> {
  const tokens = (await tokensOf(accountId))!;
  await service.service.platform.vault.replace(tokensName(accountId), 1, JSON.stringify({ ...tokens, ...some }));
  return tokens;
}

/** Makes the access token expire. */
const age = (accountId: string): Promise<Tokens> => replace(accountId, { expiresAt: Date.now() });

const renewals = (): number => world.provider.tokenRequests.filter((kind) => kind === 'refresh_token').length;

async function connected(name: string, by = admin): Promise<Added> {
  const added = await add(name, 'google', by);
  done(await signIn(added.signInUrl, name, by));
  await tokensOf(added.id);
  return added;
}

const letter = (subject: string): Buffer => Buffer.from(`From: kim@kiosk.example\r\nSubject: ${subject}\r\n\r\nx\r\n`);

describe.each(['google', 'microsoft'] as const)('an account that signs in with %s', (provider) => {
  const name = provider === 'google' ? 'anna' : 'ben';
  let id: string;

  it('waits for a sign-in, and shows its URL', async () => {
    const added = await add(name, provider);
    ({ id } = added);
    const signInUrl = `/api/oauth/${provider}/start?accountId=${id}`;
    expect(added).toMatchObject({ status: 'sign-in-needed', signInUrl });
    expect(await shown(id)).toMatchObject({ status: 'sign-in-needed', signIn: provider, signInUrl });
    expect(await admin.post(`/api/accounts/${id}/fetch`)).toMatchObject({
      status: 409,
      body: { reason: 'sign-in-needed' },
    });
  });

  it('sends the person to the provider with all parameters that the provider needs', async () => {
    const url = new URL((await begin(`/api/oauth/${provider}/start?accountId=${id}`)).url);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${PUBLIC_URL}/api/oauth/${provider}/callback`,
      code_challenge_method: 'S256',
      login_hint: addressOf(name),
      ...(provider === 'google' ? { access_type: 'offline', prompt: 'consent' } : {}),
    });
    const scopes = url.searchParams.get('scope')!.split(' ');
    expect(scopes).toEqual(
      expect.arrayContaining(
        provider === 'google'
          ? ['openid', 'email', 'https://mail.google.com/']
          : [
              'openid',
              'email',
              'offline_access',
              'https://outlook.office.com/IMAP.AccessAsUser.All',
              'https://outlook.office.com/SMTP.Send',
            ],
      ),
    );
  });

  it('is connected after the sign-in, and fetches its mail', async () => {
    await world.dovecot.deliver(addressOf(name), 'INBOX', letter(`for ${name}`));
    const answer = await signIn(`/api/oauth/${provider}/start?accountId=${id}`, name);
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ login: 'accepted' })]);
    expect(await shown(id)).toMatchObject({
      status: 'connected',
      statusReason: null,
      signIn: provider,
      signInUrl: null,
    });
    expect(await fetchMail(admin, id)).toMatchObject({ state: 'done', received: 1 });
  });
});

it('takes either a password or a sign-in, and a sign-in only for servers of its provider', async () => {
  const ask = (body: object) => admin.post('/api/accounts', { address: addressOf('gus'), ...world.servers, ...body });
  expect(await ask({ password: 'x', signIn: 'google' })).toMatchObject({
    status: 422,
    body: { reason: 'password-or-sign-in' },
  });
  expect(await ask({})).toMatchObject({ status: 400 });
  const { incoming, outgoing } = world.servers;
  for (const servers of [
    { incoming: { ...incoming, host: 'imap.elsewhere.example' } },
    { outgoing: { ...outgoing, host: 'smtp.elsewhere.example' } },
    { incoming: { ...incoming, security: 'none' } },
  ])
    expect(await ask({ signIn: 'google', ...servers })).toMatchObject({
      status: 422,
      body: { reason: 'not-a-server-of-the-provider', server: Object.keys(servers)[0] },
    });
});

it('names the missing configuration when the service is not registered with the provider', async () => {
  const { config } = world.service;
  const beside = await RunningService.start({ beside: service, config: { ...config, mailSignIn: {} } });
  try {
    const by = await beside.signedIn();
    const reason = {
      status: 409,
      body: { reason: 'sign-in-not-set-up', detail: expect.stringContaining('GOOGLE_CLIENT_ID') },
    };
    expect(await by.post('/api/accounts', { address: addressOf('gus'), signIn: 'google' })).toMatchObject(reason);
    const { id } = await add('gus');
    expect(await by.get(`/api/oauth/google/start?accountId=${id}`)).toMatchObject(reason);
  } finally {
    await beside.stop();
  }
});

describe('a return from the provider', () => {
  let id: string;
  let signInUrl: string;
  const attempts = async (): Promise<{ reason: string; by: { id: string } | null }[]> => {
    await service.settled();
    return done(
      await admin.get<{ items: { reason: string; by: { id: string } | null }[] }>(`/api/accounts/${id}/attempts`),
    ).items;
  };

  beforeAll(async () => {
    ({ id, signInUrl } = await add('cleo'));
  });

  it('is refused in a browser that did not begin this sign-in', async () => {
    const { url, cookie } = await begin(signInUrl);
    const to = await world.provider.signIn(url, 'cleo');
    const refused = { status: 403, body: { reason: 'sign-in-not-begun' } };
    expect(await comeBack(to, '')).toMatchObject(refused);
    expect(await comeBack(to, (await begin(signInUrl)).cookie)).toMatchObject(refused);
    const elsewhere = new URL(to.href.replace('/google/', '/microsoft/'));
    expect(await comeBack(elsewhere, cookie)).toMatchObject(refused);
    const forged = `${cookie.split('=')[0]}=${'A'.repeat(200)}`;
    expect(await comeBack(to, forged)).toMatchObject(refused);
  });

  it('is refused when another person is signed in by then', async () => {
    const email = 'other@mailroom.test';
    const password = 'a password for people';
    done(await admin.post('/api/users', { name: 'Other', email, role: 'administrator', password }));
    const other = await service.signedIn({ email, password });
    const { url, cookie } = await begin(signInUrl);
    const to = await world.provider.signIn(url, 'cleo');
    expect(await comeBack(to, cookie, other.headers)).toMatchObject({
      status: 403,
      body: { reason: 'begun-by-somebody-else' },
    });
  });

  it('is refused when the person was deactivated or has lost access to the account', async () => {
    const password = 'a password for people';
    const [gone, revoked] = await Promise.all(
      ['gone', 'revoked'].map(async (name) => {
        const email = `${name}@mailroom.test`;
        const user = done(await admin.post<Recorded>('/api/users', { name, email, role: 'user', password }));
        done(await admin.put(`/api/accounts/${id}/access/${user.id}`));
        const { url, cookie } = await begin(signInUrl, await service.signedIn({ email, password }));
        return { id: user.id, cookie, to: await world.provider.signIn(url, 'cleo') };
      }),
    );
    done(await admin.patch(`/api/users/${gone!.id}`, { active: false }));
    done(await admin.delete(`/api/accounts/${id}/access/${revoked!.id}`));
    expect(await comeBack(gone!.to, gone!.cookie)).toMatchObject({
      status: 403,
      body: { reason: 'begun-by-somebody-else' },
    });
    expect(await comeBack(revoked!.to, revoked!.cookie)).toMatchObject({
      status: 404,
      body: { reason: 'account-not-found' },
    });
  });

  it('is refused after a sign-in to another mailbox', async () => {
    expect(await signIn(signInUrl, 'dora')).toMatchObject({ status: 422, body: { reason: 'another-mailbox' } });
    expect(await tokensOf(id)).toBeNull();
  });

  it('shows a page with the next step when the person declined', async () => {
    const { url, cookie } = await begin(signInUrl);
    const page = await comeBack<string>(await world.provider.refuse(url), cookie, { Accept: 'text/html' });
    expect([page.status, page.headers.get('content-type')]).toEqual([422, 'text/html; charset=utf-8']);
    expect(page.body).toContain('Begin again');
  });

  it('is on record with the reason and the person when it was refused', async () => {
    expect(await shown(id)).toMatchObject({ status: 'sign-in-needed' });
    const found = await attempts();
    const reasons = ['begun-by-somebody-else', 'account-not-found', 'another-mailbox', 'sign-in-declined'];
    expect(found.map(({ reason }) => reason)).toEqual(expect.arrayContaining(reasons));
    expect(found.every(({ by }) => by !== null)).toBe(true);
  });

  it('is accepted only once', async () => {
    const { url, cookie } = await begin(signInUrl);
    const to = await world.provider.signIn(url, 'cleo');
    expect(await comeBack(to, cookie)).toMatchObject({ status: 200, body: { login: 'accepted' } });
    expect(await comeBack(to, cookie)).toMatchObject({ status: 409, body: { reason: 'sign-in-used' } });
    expect(await shown(id)).toMatchObject({ status: 'connected' });
  });

  it('leaves no cookie in the browser, after success and after failure', async () => {
    const gone = (cookie: string): unknown =>
      expect.stringMatching(`^${cookie.split('=')[0]}=;.*Path=/api/oauth/google/callback;.*Expires=Thu, 01 Jan 1970`);
    for (const subject of ['cleo', undefined]) {
      const { url, cookie } = await begin(signInUrl);
      const to = await (subject === undefined ? world.provider.refuse(url) : world.provider.signIn(url, subject));
      const answer = await comeBack(to, cookie);
      expect(answer.status).toBe(subject === undefined ? 422 : 200);
      expect(answer.headers.getSetCookie()).toEqual([gone(cookie)]);
    }
  });

  it('is refused once it has expired, and verified with the current key of the provider', async () => {
    const { url, cookie } = await begin(signInUrl);
    const to = await world.provider.signIn(url, 'cleo');
    const [name, sealed] = cookie.split('=') as [string, string];
    const signIns = service.service.app.get(PendingMailboxSignIns);
    const begun = signIns.open({ [name]: sealed }, to.searchParams.get('state'));
    const late = `${name}=${signIns.seal({ ...begun, until: Date.now() - 1 })}`;
    for (const _ of [1, 2])
      expect(await comeBack(to, late)).toMatchObject({ status: 409, body: { reason: 'sign-in-expired' } });
    world.provider.replaceKey();
    expect(await comeBack(to, cookie)).toMatchObject({ status: 200, body: { login: 'accepted' } });
  });
});

describe('a token', () => {
  let id: string;
  const test = (by = admin) => by.post<{ incoming: object; outgoing: object }>(`/api/accounts/${id}/test`);
  const works = { status: 200, body: { incoming: { ok: true }, outgoing: { ok: true } } };

  beforeAll(async () => {
    ({ id } = await connected('dora'));
  });

  it('is used as long as it is valid', async () => {
    const before = renewals();
    expect(await test()).toMatchObject(works);
    expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });
    expect(renewals()).toBe(before);
  });

  it('is renewed before it expires, each time with the latest refresh token', async () => {
    const refreshTokens = new Set<string>();
    for (const _ of [1, 2, 3]) {
      refreshTokens.add((await age(id)).refreshToken);
      expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });
    }
    refreshTokens.add((await tokensOf(id))!.refreshToken);
    expect(refreshTokens.size).toBe(4);
  });

  it('is renewed once when many requests in two processes need it', async () => {
    const beside = await RunningService.start({ ...world.service, beside: service });
    try {
      const there = await beside.signedIn();
      await age(id);
      const before = renewals();
      const tests = await Promise.all([admin, there, admin, there, admin, there].map((by) => test(by)));
      for (const each of tests) expect(each).toMatchObject(works);
      expect(renewals()).toBe(before + 1);
    } finally {
      await beside.stop();
    }
  });

  it('that a server refuses is renewed even before it expires', async () => {
    const before = renewals();
    await replace(id, { accessToken: 'no-token-of-anybody' });
    expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });
    await replace(id, { accessToken: 'no-token-of-anybody' });
    expect(await test()).toMatchObject(works);
    expect(renewals()).toBe(before + 2);
  });

  it('is never sent to another server', async () => {
    const { incoming } = world.servers;
    for (const set of [
      { incoming: { ...incoming, host: 'localhost' } },
      { incoming: { ...incoming, port: 1 } },
      { login: 'x@y.example' },
    ])
      expect(await admin.patch(`/api/accounts/${id}`, set)).toMatchObject({
        status: 422,
        body: { reason: 'password-needed' },
      });
  });
});

describe('a sign-in that has been withdrawn', () => {
  let id: string;
  let neighbour: string;

  beforeAll(async () => {
    ({ id } = await connected('emil'));
    const body = { address: addressOf('finn'), password: 'password-of-finn', ...world.servers };
    neighbour = done(await admin.post<Recorded>('/api/accounts', body)).id;
    await age(id);
    world.provider.forgetGrants();
  });

  it('is reported with the URL for a new sign-in, and makes no other account fail', async () => {
    const [withdrawn, other] = await Promise.all([fetchMail(admin, id), fetchMail(admin, neighbour)]);
    expect(withdrawn).toMatchObject({ state: 'failed', reason: 'sign-in-needed' });
    expect(other).toMatchObject({ state: 'done' });
    expect(await shown(id)).toMatchObject({
      status: 'sign-in-needed',
      statusReason: 'The sign-in with Google has run out.',
      signInUrl: `/api/oauth/google/start?accountId=${id}`,
    });
    expect(await tokensOf(id)).toBeNull();
  });

  it('is repaired by a new sign-in', async () => {
    expect(await signIn(`/api/oauth/google/start?accountId=${id}`, 'emil')).toMatchObject({
      body: { login: 'accepted' },
    });
    expect(await shown(id)).toMatchObject({ status: 'connected', signInUrl: null });
    expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });
  });

  it('is shown in the history, and in the account at earlier revisions', async () => {
    await service.settled();
    const { items } = done(
      await admin.get<{ items: { summary: string; revision: number }[] }>(`/api/accounts/${id}/history`),
    );
    expect(items.map(({ summary }) => summary)).toEqual([
      'signed in with Google',
      'found that the sign-in with Google has run out',
      'signed in with Google',
      `added the account ${addressOf('emil')}`,
    ]);
    const then = async (revision: number) => done(await admin.get<Account>(`/api/accounts/${id}?revision=${revision}`));
    expect(await then(0)).toMatchObject({ signIn: 'google', status: 'sign-in-needed' });
    expect(await then(1)).toMatchObject({ signIn: 'google', signInUrl: null });
    expect(await then(2)).toMatchObject({
      status: 'sign-in-needed',
      statusReason: 'The sign-in with Google has run out.',
    });
  });

  it('can be replaced by a password, and the password by a new sign-in', async () => {
    expect(await tokensOf(id, 2)).not.toBeNull();
    const change = await admin.put<object>(`/api/accounts/${id}/password`, { password: 'password-of-emil' });
    expect(change).toMatchObject({ status: 200, body: { login: 'accepted' } });
    expect(await shown(id)).toMatchObject({ status: 'connected', signIn: 'password' });
    expect(await tokensOf(id, 2)).toBeNull();
    expect(await signIn(`/api/oauth/google/start?accountId=${id}`, 'emil')).toMatchObject({
      body: { login: 'accepted' },
    });
    expect(await shown(id)).toMatchObject({ status: 'connected', signIn: 'google' });
    expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });
  });

  it('leaves nothing in the vault when its account is removed', async () => {
    expect(await tokensOf(id, 3)).not.toBeNull();
    done(await admin.delete(`/api/accounts/${id}`));
    expect(await tokensOf(id, 3)).toBeNull();
  });
});

it('no token, code, state or client secret is stored in clear, answered or logged', async () => {
  for (const path of ['/api/accounts', '/api/attempts', '/api/audit/facts'])
    answered.push((await admin.get(path)).bytes.toString());
  expect(issued.length).toBeGreaterThan(30);
  expect(leaksIn(answered.join('\n'), issued)).toEqual([]);
  expect(leaksIn(service.logged.join('\n'), issued)).toEqual([]);
  expect(leaksIn(await everythingStored(service), issued)).toEqual([]);
});

it('a provider that does not answer makes the account fail, but requests no new sign-in', async () => {
  const { id } = await connected('finn2');
  await age(id);
  await world.provider.stop();
  expect(await fetchMail(admin, id)).toMatchObject({ state: 'failed', reason: 'provider-not-answering' });
  expect(await shown(id)).toMatchObject({ status: 'failing', signIn: 'google', signInUrl: null });
});
