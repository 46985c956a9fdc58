import { randomUUID } from 'node:crypto';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { rebuild } from '../../src/platform/read-models/rebuild.js';
import { allProjections } from '../../src/service.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { ADMIN, RunningService } from './running-service.js';
import { allOf, done, type Requests } from './requests.js';
import { everythingStored, rowsOf } from './stored.js';
import { mailUsers } from './world.js';

interface Erasure {
  id: string | null;
  state: 'preview' | 'running' | 'done';
  contacts: number;
  messages: number;
  tasks: number;
  blobs: number;
  position: string;
}

const DORA = 'dora.forgotten@customer.example';
const DORA_AT_HOME = 'dora.athome@private.example';
/** Texts about Dora that no table may contain after the erasure. */
const OF_DORA = [
  'Dorabella',
  'Dora Renamed',
  'dora.forgotten',
  'dora.athome',
  'quincejelly',
  'marzipan',
  'Call her about figs',
  'nougat',
];

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;
let other: string;
let taskOfEmil: string;
let erasedContact: string;

const letter = (from: string, to: string, subject: string, body: string): Buffer =>
  Buffer.from(
    [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: <${randomUUID()}@x.example>`, '', body, ''].join(
      '\r\n',
    ),
  );
const deliver = (to: string, from: string, subject: string, body = 'hello'): number =>
  mail.deliver(to, 'INBOX', letter(from, to, subject, body));
const messages = (): Promise<MessageSummary[]> => allOf<MessageSummary>(admin, '/api/messages');

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: mailUsers })]);
  admin = await service.signedIn();
  const settings = { createContacts: true, createTasks: true };
  account = (await addAccount(admin, accountOn(mail, 'own@example.test', 'secret-of-own', settings))).id;
  other = (await addAccount(admin, accountOn(mail, 'granted@example.test', 'secret-of-granted', settings))).id;
  deliver('own@example.test', `Dorabella <${DORA}>`, 'quincejelly', 'marzipan');
  deliver('granted@example.test', 'Emil <emil@emu.example>', 'rosehip', 'kept for ever');
  mail.deliver(
    'granted@example.test',
    'INBOX',
    letter('Emil <emil@emu.example>', `granted@example.test, ${DORA}`, 'nougat', 'marzipan'),
  );
  await Promise.all([fetchMail(admin, account), fetchMail(admin, other)]);
  await service.settled();
  const contacts = await allOf<{ id: string; emails: string[] }>(admin, '/api/contacts');
  const dora = contacts.find(({ emails }) => emails.includes(DORA))!.id;
  erasedContact = dora;
  done(await admin.patch(`/api/contacts/${dora}`, { name: 'Dora Renamed', emails: [DORA, DORA_AT_HOME] }));
  deliver('granted@example.test', `Dorabella <${DORA_AT_HOME}>`, 'quincejelly at home', 'marzipan');
  await fetchMail(admin, other);
  await service.settled();
  done(await admin.post('/api/tasks', { title: 'Call her about figs', accountId: account, contactId: dora }));
  taskOfEmil = (await messages()).find(({ subject }) => subject === 'rosehip')!.taskId!;
  done(await admin.patch(`/api/tasks/${taskOfEmil}`, { contactId: dora }));
  await service.settled();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

describe('erasing a person', () => {
  it('is previewed without changing anything', async () => {
    const head = await service.service.platform.store.head();
    const answer = await admin.post<Erasure>('/api/erasures', { address: DORA.toUpperCase(), preview: true });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: null,
      state: 'preview',
      contacts: 1,
      companies: 2,
      messages: 3,
      tasks: 4,
      blobs: 3,
    });
    expect(await service.service.platform.store.head()).toBe(head);
    const stored = await everythingStored(service);
    for (const word of ['Dora Renamed', 'quincejelly', 'nougat', 'Call her about figs']) expect(stored).toContain(word);
  });

  it('answers with the counts of the erased items, and leaves no trace of the person', async () => {
    const erased = await admin.post<Erasure>('/api/erasures', { address: DORA });
    expect(erased).toMatchObject({
      status: 201,
      body: { state: 'done', contacts: 1, messages: 3, tasks: 4, blobs: 3 },
    });
    await service.settled();
    expect((await messages()).map(({ subject }) => subject)).toEqual(['rosehip']);
    expect(await allOf(admin.after(erased.body), '/api/tasks')).toMatchObject([{ id: taskOfEmil, contactId: null }]);
    expect(done(await admin.get<{ items: unknown[] }>('/api/messages?q=marzipan')).items).toEqual([]);
    expect(await admin.get(`/api/contacts/${erasedContact}`)).toMatchObject({ status: 404 });
    expect(await admin.patch(`/api/contacts/${erasedContact}`, { name: 'x' })).toMatchObject({ status: 404 });
    expect(await admin.get(`/api/contacts/${erasedContact}/history`)).toMatchObject({ status: 404 });
    const stored = await everythingStored(service);
    for (const word of OF_DORA) expect(stored).not.toContain(word);
    expect(stored).toContain('rosehip');
  });

  it('leaves read models that a rebuild from the log reproduces row by row', async () => {
    const projections = allProjections(service.service.platform);
    await service.settled();
    const before = await rowsOf(service, projections);
    for (const projection of projections) await rebuild(service.service.platform, projection);
    await service.settled();
    expect(await rowsOf(service, projections)).toEqual(before);
  });

  it('is on record with its counts, times and administrator, but without the erased person', async () => {
    const [erasure] = await allOf<{ id: string }>(admin, '/api/erasures');
    expect(erasure).toMatchObject({
      ...{ state: 'done', by: { name: 'Administrator' }, via: 'web', contacts: 1, messages: 3, tasks: 4, blobs: 3 },
      ...{ requestedAt: expect.any(String), erasedAt: expect.any(String) },
    });
    expect(done(await admin.get(`/api/erasures/${erasure!.id}`))).toEqual(erasure);
  });

  it('is permanent: a later fetch brings nothing back, but receives new mail as usual', async () => {
    mail.changeUidValidity('own@example.test', 'INBOX');
    mail.changeUidValidity('granted@example.test', 'INBOX');
    deliver('own@example.test', `Dora again <${DORA}>`, 'elderberry');
    await Promise.all([fetchMail(admin, account), fetchMail(admin, other)]);
    await service.settled();
    const all = await messages();
    expect(all.map(({ subject }) => subject ?? '').sort()).toEqual(['elderberry', 'rosehip']);
    const { contactId, taskId } = all.find(({ subject }) => subject === 'elderberry')!;
    expect(done(await admin.get(`/api/contacts/${contactId}`))).toMatchObject({ name: 'Dora again', emails: [DORA] });
    expect(done(await admin.get(`/api/tasks/${taskId}`))).toMatchObject({ title: 'elderberry', contactId });
    const stored = await everythingStored(service);
    for (const word of ['Dora Renamed', 'quincejelly', 'marzipan', 'nougat']) expect(stored).not.toContain(word);
  });

  it('runs once for a repeated request, and erases later mail on a new request', async () => {
    const by = admin.with({ 'Idempotency-Key': randomUUID() });
    const first = done(await by.post<Erasure>('/api/erasures', { address: DORA }));
    expect(first).toMatchObject({ state: 'done', contacts: 1, messages: 1, tasks: 1 });
    expect(done(await by.post<Erasure>('/api/erasures', { address: DORA }))).toEqual(first);
    expect(done(await admin.post<Erasure>('/api/erasures', { address: DORA }))).toMatchObject({
      state: 'done',
      messages: 0,
    });
  });

  it('is refused for addresses of the organisation itself', async () => {
    for (const preview of [true, false]) {
      expect(await admin.post('/api/erasures', { address: 'OWN@example.test', preview })).toMatchObject({
        status: 409,
        body: { reason: 'address-of-an-account' },
      });
      expect(await admin.post('/api/erasures', { address: ADMIN.email, preview })).toMatchObject({
        status: 409,
        body: { reason: 'address-of-a-user' },
      });
    }
  });
});
