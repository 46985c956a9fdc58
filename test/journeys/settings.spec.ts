import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { freePort } from '../ports.js';
import { accountOn, addAccount } from './mailbox.js';
import { allOf, type Answer, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

interface Changed extends Recorded {
  login?: string;
  server?: string;
  reason?: string;
}
type Shown = Record<string, unknown> & { revision: number; status: string; statusReason: string | null };

const names = ['anna', 'ben', 'cleo', 'dora', 'emil', 'finn', 'gus', 'ida', 'jan', 'kim', 'leo', 'dan'];
const users = Object.fromEntries(names.map((name) => [`${name}@example.test`, `secret-of-${name}`]));
let service: RunningService;
let mail: MailServer;
let other: MailServer;
let admin: Requests;

beforeAll(async () => {
  [service, mail, other] = await Promise.all([
    RunningService.start(),
    startMailServer({ users }),
    startMailServer({ users }),
  ]);
  admin = await service.signedIn();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop(), other?.stop()]);
});

const add = async (name: string, settings: object = {}): Promise<string> =>
  (await addAccount(admin, accountOn(mail, `${name}@example.test`, `secret-of-${name}`, settings))).id;
const change = (id: string, set: object, by = admin): Promise<Answer<Changed>> =>
  by.patch<Changed>(`/api/accounts/${id}`, set);
const shown = async (id: string, after: { position: string }): Promise<Shown> =>
  done(await admin.after(after).get<Shown>(`/api/accounts/${id}`));
const on = (server: MailServer): object => ({ incoming: local(server.imapPort), outgoing: local(server.smtpPort) });
const local = (port: number): object => ({ host: '127.0.0.1', port, security: 'none' });
const history = async (id: string): Promise<{ type: string; summary: string }[]> => {
  await service.settled();
  return allOf(admin, `/api/accounts/${id}/history`);
};

it('changes every setting with one entry in the history for each, and shows the new values', async () => {
  const id = await add('anna');
  const set = {
    address: 'anna.new@example.test',
    name: 'Anna',
    sendOnly: true,
    createContacts: true,
    createContactsFrom: 'everyone',
    createTasks: true,
    keepServerCopies: false,
    fetchSince: '2026-01-01',
    sentFolder: 'Sent',
    draftsFolder: 'Drafts',
    notify: false,
    header: '<p>Acme</p>',
    signature: '<p>Kind regards</p>',
    senderName: 'Anna of Acme',
    undoSeconds: 30,
    limits: { perMinute: null, perHour: 100, perDay: 500 },
    login: 'ben@example.test',
    ...on(other),
  };
  const changed = done(await change(id, { ...set, password: 'secret-of-ben' }));
  expect(changed).toMatchObject({ revision: 20, login: 'accepted' });
  expect(await shown(id, changed)).toMatchObject({ ...set, revision: 20, status: 'connected' });
  const types = (await history(id)).map(({ type }) => type);
  expect(types).toHaveLength(21);
  expect(new Set(types).size).toBe(21);

  const again = done(await change(id, set));
  expect(again).toEqual({ revision: 20, position: expect.any(String) });
  expect(await history(id)).toHaveLength(21);
});

it('sets the absence reply, as a whole', async () => {
  const id = await add('ben');
  const put = (body: object): Promise<Answer<Recorded>> =>
    admin.put<Recorded>(`/api/accounts/${id}/autoresponder`, body);
  const reply = { enabled: true, from: '2026-12-24', until: '2026-12-26', subject: 'Away', text: 'Back soon' };
  const changed = done(await put({ ...reply, html: '<p onclick="x">Back soon</p>' }));
  const first = { ...reply, html: '<p>Back soon</p>', timeZone: 'Europe/Warsaw' };
  expect((await shown(id, changed))['autoresponder']).toEqual(first);
  expect((await history(id))[0]).toMatchObject({
    type: 'AutoresponderChanged',
    summary: 'switched on the absence reply',
  });
  for (const [wrong, field] of [
    [{ ...reply, until: '2026-12-23' }, 'until'],
    [{ ...reply, text: ' ' }, 'text'],
    [{ enabled: true, text: 'Back soon' }, 'subject'],
  ] as const)
    expect(await put(wrong)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  expect(done(await put({ enabled: false }))).toMatchObject({ revision: changed.revision + 1 });
});

it('keeps the days of an absence reply as days, in every answer and when they are saved again', async () => {
  const id = await add('dan');
  const days = { enabled: true, from: '2026-12-05', until: '2026-12-05', timeZone: 'America/New_York' };
  const reply = { ...days, subject: 'Away', html: null, text: 'Back soon' };
  const changed = done(await change(id, { autoresponder: reply }));
  const read = (await shown(id, changed))['autoresponder'];
  expect(read).toEqual(reply);
  expect(done(await change(id, { autoresponder: read }))).toMatchObject({ revision: changed.revision });
  const changes = [{ field: 'autoresponder', to: reply }];
  expect((await history(id))[0]).toMatchObject({ type: 'AutoresponderChanged', changes });

  const times = { ...reply, from: '2026-12-05T08:00:00+01:00', until: '2026-12-06' };
  const later = done(await change(id, { autoresponder: times }));
  expect((await shown(id, later))['autoresponder']).toEqual({ ...times, from: '2026-12-05T07:00:00.000Z' });
  const then = done(await admin.get<object>(`/api/accounts/${id}?revision=${changed.revision}`));
  expect(then).toMatchObject({ autoresponder: reply });
  const back = done(await admin.post<Recorded>(`/api/accounts/${id}/revert`, { revision: changed.revision }));
  expect((await shown(id, back))['autoresponder']).toEqual(reply);

  for (const [wrong, field] of [
    [{ ...reply, timeZone: 'Mars/Base' }, 'autoresponder.timeZone'],
    [{ ...reply, from: '2026-12-05', until: '2026-12-05T04:00:00Z' }, 'autoresponder.until'],
    [{ ...reply, text: '' }, 'autoresponder.text'],
  ] as const)
    expect(await change(id, { autoresponder: wrong })).toMatchObject({ status: 400, body: { errors: [{ field }] } });
});

describe('a change of the settings', () => {
  let id: string;
  beforeAll(async () => (id = await add('cleo')));
  const tomorrow = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

  it.each<[object, string]>([
    [{ address: 'cleo' }, 'address'],
    [{ incoming: { host: 'x', port: 0, security: 'tls' } }, 'incoming.port'],
    [{ fetchSince: tomorrow }, 'fetchSince'],
    [{ fetchSince: '2026-02-30' }, 'fetchSince'],
    [{ users: [] }, 'users'],
    [{ notify: null }, 'notify'],
    [{ senderName: 'Anna\r\nBcc: all@example.test' }, 'senderName'],
    [{ undoSeconds: 61 }, 'undoSeconds'],
    [{ limits: { perHour: 0 } }, 'limits.perHour'],
  ])('to %j is bad input', async (set, field) => {
    expect(await change(id, set)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('to a folder that the server does not have is refused', async () => {
    expect(await change(id, { sentFolder: 'Nowhere', draftsFolder: 'Drafts' })).toMatchObject({
      status: 422,
      body: { reason: 'folder-not-found', errors: [{ field: 'sentFolder' }] },
    });
  });

  it('to HTML with scripts is cleaned before it is recorded', async () => {
    const changed = done(
      await change(id, { header: '<script>alert(1)</script>', signature: '<b onclick="x">Cleo</b>' }),
    );
    expect(await shown(id, changed)).toMatchObject({ header: null, signature: '<b>Cleo</b>' });
  });

  it('to other folders is refused when the server does not answer', async () => {
    const answer = await change(id, { sentFolder: 'Sent', password: 'x', incoming: local(await freePort()) });
    expect(answer).toMatchObject({ status: 422, body: { reason: 'unreachable', server: 'incoming' } });
  });

  it('is refused with an outdated revision, and accepted with the current one', async () => {
    const { revision } = done(await admin.get<Shown>(`/api/accounts/${id}`));
    const stale = admin.with({ 'If-Match': `"${revision - 1}"` });
    expect(await change(id, { name: 'Late' }, stale)).toMatchObject({ status: 412, body: { reason: 'changed-since' } });
    expect(await change(id, { name: 'In time' }, admin.with({ 'If-Match': `"${revision}"` }))).toMatchObject({
      status: 200,
    });
  });

  it('is made once when a request is repeated, and the second answer is the first one', async () => {
    const keyed = admin.with({ 'Idempotency-Key': 'once' });
    const first = done(await change(id, { name: 'Once' }, keyed));
    const later = done(await change(id, { name: 'Later' }));
    expect(done(await change(id, { name: 'Once' }, keyed))).toEqual(first);
    expect(await shown(id, later)).toMatchObject({ name: 'Later' });
  });
});

describe('an address', () => {
  it('belongs to one account, and is free again once its account has another address', async () => {
    const id = await add('dora');
    await add('emil');
    expect(await change(id, { address: 'EMIL@example.test' })).toMatchObject({
      status: 409,
      body: { reason: 'address-taken' },
    });
    const moved = done(await change(id, { address: 'office@example.test' }));
    expect(await shown(id, moved)).toMatchObject({ address: 'office@example.test', login: 'dora@example.test' });
    const second = await add('dora');
    expect(await change(id, { address: 'dora@example.test' })).toMatchObject({ status: 409 });
    done(await change(second, { address: 'dora.two@example.test' }));
    done(await change(id, { address: 'dora@example.test' }));
    expect((await history(second)).map(({ type }) => type)).toEqual(['AddressChanged', 'AccountAdded']);
  });

  it('belongs to one account after many changes at the same moment', async () => {
    const [one, two] = [await add('finn'), await add('gus')];
    const wanted = ['finn@example.test', 'gus@example.test', 'x@example.test', 'y@example.test'];
    const tried = await Promise.all(
      [one, two].flatMap((id) => [...wanted, ...wanted].map((address) => change(id, { address }))),
    );
    expect(tried.filter(({ status }) => ![200, 409].includes(status))).toEqual([]);
    await service.settled();
    const held = (await allOf<{ id: string; address: string }>(admin, '/api/accounts')).filter(
      ({ id }) => id === one || id === two,
    );
    expect(new Set(held.map(({ address }) => address)).size).toBe(2);
    for (const address of wanted.filter((each) => !held.some((account) => account.address === each)))
      done(await change(one, { address }));
  });
});

describe('a login', () => {
  it('is never sent to a new server without the password in the same request', async () => {
    const id = await add('ida');
    const before = other.commands.length;
    for (const set of [on(other), { login: 'ben@example.test' }, { outgoing: local(other.smtpPort) }])
      expect(await change(id, set)).toMatchObject({ status: 422, body: { reason: 'password-needed' } });
    expect(other.commands.length).toBe(before);
  });

  it('that is refused is recorded with the server that refused it', async () => {
    const id = await add('jan');
    const changed = done(await change(id, { password: 'wrong' }));
    expect(changed).toMatchObject({ login: 'refused', server: 'incoming', reason: 'login-refused' });
    expect(await shown(id, changed)).toMatchObject({
      status: 'failing',
      statusReason: expect.stringContaining('incoming server refused the login'),
    });
    const test = async (): Promise<object> => done(await admin.post<object>(`/api/accounts/${id}/test`));
    expect(await test()).toMatchObject({
      incoming: { ok: false, error: 'login-refused' },
      outgoing: { ok: false, error: 'login-refused' },
    });
    const mended = done(await change(id, { password: 'secret-of-jan' }));
    expect(mended).toMatchObject({ login: 'accepted' });
    expect(await shown(id, mended)).toMatchObject({ status: 'connected', statusReason: null });
    expect(await test()).toEqual({ incoming: { ok: true }, outgoing: { ok: true } });
  });

  it('is tried without the incoming server while the account is send-only, and with it afterwards', async () => {
    const id = await add('leo');
    const incoming = local(await freePort());
    done(await change(id, { incoming, password: 'secret-of-leo' }));
    const sends = done(await change(id, { sendOnly: true }));
    expect(sends).toMatchObject({ login: 'accepted' });
    expect(await shown(id, sends)).toMatchObject({ status: 'connected', statusReason: null });
    expect(done(await change(id, { sendOnly: false }))).toMatchObject({ login: 'refused', server: 'incoming' });
  });
});

describe('many accounts at once', () => {
  it('are changed independently, and each failure has its reason', async () => {
    const { items: all } = done(await admin.get<{ items: { id: string; address: string }[] }>('/api/accounts?q=emil'));
    const emil = all[0]!.id;
    const kim = await add('kim');
    const { items, position } = done(
      await admin.patch<{ items: Record<string, unknown>[]; position: string }>('/api/accounts', {
        ids: [emil, 'nobody', kim, kim],
        set: { name: 'Team', address: 'kim@example.test' },
      }),
    );
    expect(items).toMatchObject([
      { id: emil, done: false, reason: 'address-taken' },
      { id: 'nobody', done: false, reason: 'account-not-found' },
      { id: kim, done: true, revision: 1 },
    ]);
    expect(await shown(kim, { position })).toMatchObject({ name: 'Team' });
  });
});
