import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { freePort } from '../ports.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const names = ['anna', 'ben', 'cleo', 'dora', 'emil', 'finn', 'gus', 'ida'];
const users = Object.fromEntries(names.map((name) => [`${name}@example.test`, `secret-of-${name}`]));
let service: RunningService;
let mail: MailServer;
let admin: Requests;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users })]);
  admin = await service.signedIn();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const bodyFor = (name: string, settings: object = {}): Record<string, unknown> =>
  accountOn(mail, `${name}@example.test`, `secret-of-${name}`, settings);
const addresses = async (): Promise<string[]> =>
  (await allOf<{ address: string }>(admin, '/api/accounts')).map(({ address }) => address);
const server = (host: string, port: number): object => ({ host, port, security: 'none' });

it.each<[string, () => Promise<object> | object, object]>([
  ['a wrong password', () => ({ password: 'wrong' }), { reason: 'login-refused', server: 'incoming' }],
  [
    'an incoming server where nothing listens',
    async () => ({ incoming: server('127.0.0.1', await freePort()) }),
    { reason: 'unreachable', server: 'incoming' },
  ],
  [
    'an outgoing server where nothing listens',
    async () => ({ outgoing: server('127.0.0.1', await freePort()) }),
    { reason: 'unreachable', server: 'outgoing' },
  ],
  [
    'a host name that is not found',
    () => ({ incoming: server('mail.nowhere.invalid', 143) }),
    { reason: 'host-unknown', server: 'incoming' },
  ],
  [
    'a server that offers no STARTTLS where it is required',
    () => ({ incoming: { host: '127.0.0.1', port: mail.imapPort, security: 'starttls' } }),
    { reason: 'starttls-not-offered', server: 'incoming' },
  ],
  [
    'a server that speaks no TLS',
    () => ({ incoming: { host: '127.0.0.1', port: mail.imapPort, security: 'tls' } }),
    { reason: 'tls-failed', server: 'incoming', detail: expect.stringContaining('without TLS at this port') },
  ],
  [
    'the outgoing server as the incoming one',
    () => ({ incoming: server('127.0.0.1', mail.smtpPort) }),
    { reason: 'wrong-protocol', server: 'incoming', detail: expect.stringContaining('speaks SMTP, not IMAP') },
  ],
  [
    'the incoming server as the outgoing one',
    () => ({ outgoing: server('127.0.0.1', mail.imapPort) }),
    { reason: 'wrong-protocol', server: 'outgoing', detail: expect.stringContaining('speaks IMAP, not SMTP') },
  ],
])('does not record an account with %s, and names the problem and the server', async (_, wrong, problem) => {
  const answer = await admin.post('/api/accounts', { ...bodyFor('anna'), ...(await wrong()) });
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ status: 422, ...problem });
  await service.settled();
  expect(await addresses()).toEqual([]);
});

it('does not record an account with a folder that its server does not have', async () => {
  const folders = { sentFolder: 'Nowhere', draftsFolder: 'Drafts' };
  expect(await admin.post('/api/accounts', { ...bodyFor('anna'), ...folders })).toMatchObject({
    status: 422,
    body: { reason: 'folder-not-found', errors: [{ field: 'sentFolder' }] },
  });
  await service.settled();
  expect(await addresses()).toEqual([]);
});

it('reports a login that only the outgoing server refuses', async () => {
  const other = await startMailServer({ users: { 'anna@example.test': 'another' } });
  try {
    const answer = await admin.post('/api/accounts', {
      ...bodyFor('anna'),
      outgoing: server('127.0.0.1', other.smtpPort),
    });
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({ reason: 'login-refused', server: 'outgoing' }),
    ]);
  } finally {
    await other.stop();
  }
});

it('names the missing server when a server is not given and cannot be detected', async () => {
  expect(await admin.post('/api/accounts', { ...bodyFor('anna'), incoming: undefined })).toMatchObject({
    status: 422,
    body: { reason: 'settings-not-detected', missing: ['incoming'] },
  });
});

it('connects an address only once, in upper or lower case', async () => {
  await addAccount(admin, bodyFor('anna'));
  for (const address of ['anna@example.test', 'ANNA@Example.Test'])
    expect(
      await admin.post('/api/accounts', { ...bodyFor('anna'), address, login: 'anna@example.test' }),
    ).toMatchObject({
      status: 409,
      body: { reason: 'address-taken' },
    });
});

it('connects an address only once when several requests add it at the same moment', async () => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => admin.post<Recorded>('/api/accounts', bodyFor('ben'))),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
  await service.settled();
  expect((await addresses()).filter((address) => address === 'ben@example.test')).toHaveLength(1);
  const { id } = answers.find(({ status }) => status === 201)!.body;
  expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });
});

it('connects an address after an earlier attempt failed', async () => {
  expect((await admin.post('/api/accounts', { ...bodyFor('cleo'), password: 'wrong' })).status).toBe(422);
  expect((await admin.post('/api/accounts', bodyFor('cleo'))).status).toBe(201);
});

it('records an account without a login test on request, and reports a wrong password at the first fetch', async () => {
  const added = await addAccount(admin, { ...bodyFor('dora'), password: 'wrong' }, '?skipTest=true');
  const path = `/api/accounts/${added.id}`;
  expect(done(await admin.after(added).get(path))).toMatchObject({ status: 'unverified', statusReason: null });
  expect(await fetchMail(admin, added.id)).toMatchObject({ state: 'failed', reason: 'login-refused' });
  await service.settled();
  expect(done(await admin.get(path))).toMatchObject({
    status: 'failing',
    statusReason: expect.stringMatching(/^The incoming server refused the login/),
  });
});

it('uses a new password at once, and answers whether the servers accept it', async () => {
  const [dora] = await allOf<{ id: string }>(admin, '/api/accounts?q=dora');
  const path = `/api/accounts/${dora!.id}`;
  const right = done(await admin.put<Recorded>(`${path}/password`, { password: 'secret-of-dora' }));
  expect(right).toMatchObject({ login: 'accepted' });
  expect(done(await admin.after(right).get(path))).toMatchObject({ status: 'connected', statusReason: null });

  const wrong = done(await admin.put<Recorded>(`${path}/password`, { password: 'wrong again' }));
  expect(wrong).toMatchObject({ login: 'refused', server: 'incoming', reason: 'login-refused' });
  expect(done(await admin.after(wrong).get(path))).toMatchObject({
    status: 'failing',
    statusReason: expect.stringMatching(/^The incoming server refused the login/),
  });
});

it('does not let a failing account delay or change another account', async () => {
  const [dora] = await allOf<{ id: string }>(admin, '/api/accounts?q=dora');
  const emil = await addAccount(admin, bodyFor('emil'));
  mail.deliver('emil@example.test', 'INBOX', Buffer.from('From: x@example.org\r\nSubject: for Emil\r\n\r\nHello\r\n'));
  const [failed, fetched] = await Promise.all([fetchMail(admin, dora!.id), fetchMail(admin, emil.id)]);
  expect([failed, fetched]).toMatchObject([{ state: 'failed' }, { state: 'done', received: 1 }]);
  await service.settled();
  expect(done(await admin.get(`/api/accounts/${emil.id}`))).toMatchObject({ status: 'connected', unread: 1 });
});

it('adds a send-only account without a connection to its incoming server, and refuses to fetch for it', async () => {
  const incoming = server('127.0.0.1', await freePort());
  const added = await addAccount(admin, { ...bodyFor('finn'), sendOnly: true, incoming });
  expect(await admin.post(`/api/accounts/${added.id}/fetch`)).toMatchObject({
    status: 409,
    body: { reason: 'send-only' },
  });
});

it('answers with the id of the running fetch when a fetch is already running', async () => {
  const gus = await addAccount(admin, bodyFor('gus'));
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => admin.post<{ fetchId: string }>(`/api/accounts/${gus.id}/fetch`)),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  expect(new Set(answers.map(({ body }) => body.fetchId)).size).toBeLessThan(4);
});

it('gives access to the named users, and refuses a user that does not exist', async () => {
  const body = { ...bodyFor('ida'), users: ['nobody-of-this-id'] };
  expect(await admin.post('/api/accounts', body)).toMatchObject({ status: 422, body: { reason: 'user-not-found' } });
  const user = done(
    await admin.post<Recorded>('/api/users', { name: 'Ida', email: 'ida@mailroom.test', role: 'user' }),
  );
  const added = await addAccount(admin, { ...body, users: [user.id] });
  expect(done(await admin.after(added).get(`/api/accounts/${added.id}`))).toMatchObject({
    users: [{ id: user.id, name: 'Ida', email: 'ida@mailroom.test' }],
  });
});
