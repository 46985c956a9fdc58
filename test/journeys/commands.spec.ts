import { randomUUID } from 'node:crypto';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount } from './mailbox.js';
import { type Answer, allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { mailUsers } from './world.js';

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: mailUsers })]);
  admin = await service.signedIn();
  account = (await addAccount(admin, accountOn(mail, 'foreign@example.test', 'secret-of-foreign'))).id;
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const person = (name: string = randomUUID()): object => ({ name, email: `${name}@mailroom.test`, role: 'user' });
const added = async (): Promise<string> => done(await admin.post<Recorded>('/api/users', person())).id;
const withKey = (by: Requests = admin): Requests => by.with({ 'Idempotency-Key': randomUUID() });

describe('a command', () => {
  it('answers with the new id, the revision and a position of 20 digits', async () => {
    const answer = await admin.post<Recorded>('/api/users', person());
    expect(answer).toMatchObject({
      status: 201,
      body: { id: expect.any(String), revision: expect.any(Number), position: expect.stringMatching(/^\d{20}$/) },
    });
  });

  it('is not refused because of different commands at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => admin.post<Recorded>('/api/users', person())));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(201));
    expect(new Set(answers.map(({ body }) => body.revision)).size).toBe(20);
  });

  it('changes nothing when the requested state already holds', async () => {
    const id = await added();
    const first = done(await admin.put<Recorded>(`/api/accounts/${account}/access/${id}`));
    const second = done(await admin.put<Recorded>(`/api/accounts/${account}/access/${id}`));
    expect(second).toEqual(first);
  });
});

describe('Idempotency-Key', () => {
  it('runs a repeated command once, and answers with the first answer again', async () => {
    const by = withKey();
    const body = person('Twice');
    const first = await by.post<Recorded>('/api/users', body);
    const second = await by.post<Recorded>('/api/users', body);
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    const users = await allOf<{ name: string }>(admin.after(first.body), '/api/users');
    expect(users.filter(({ name }) => name === 'Twice')).toHaveLength(1);
  });

  it('runs a command once when several requests arrive at the same moment', async () => {
    const by = withKey();
    const body = accountOn(mail, 'own@example.test', 'secret-of-own');
    const answers = await Promise.all(Array.from({ length: 6 }, () => by.post<Recorded>('/api/accounts', body)));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map((answer) => answer.body.id)).size).toBe(1);
    for (const answer of answers as Answer<unknown>[])
      if (answer.status !== 201) expect(answer).toMatchObject({ status: 409, body: { reason: 'request-in-progress' } });
    expect((await by.post<Recorded>('/api/accounts', body)).body).toEqual(made[0]!.body);
  });

  it('is refused with a different body', async () => {
    const by = withKey();
    done(await by.post('/api/users', person()));
    expect(await by.post('/api/users', person())).toMatchObject({
      status: 422,
      body: { reason: 'idempotency-key-reused' },
    });
  });

  it('belongs to one caller and one operation', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const first = done(await admin.with(headers).post<Recorded>('/api/users', person()));
    const { token } = done(await admin.post<{ token: string }>('/api/tokens', { name: 'crm', role: 'administrator' }));
    const other = done(await service.withToken(token).with(headers).post<Recorded>('/api/users', person()));
    expect(other.id).not.toBe(first.id);
    expect((await admin.with(headers).patch(`/api/users/${first.id}`, { name: 'Other' })).status).toBe(200);
  });

  it('keeps no refusal: the same request succeeds once the reason is gone', async () => {
    const by = withKey();
    const body = accountOn(mail, 'others@example.test', 'secret-of-others');
    mail.refuseLogins(true);
    expect((await by.post('/api/accounts', body)).status).toBe(422);
    mail.refuseLogins(false);
    expect((await by.post('/api/accounts', body)).status).toBe(201);
  });

  it('keeps no answer that contains a token', async () => {
    const by = withKey();
    const issue = async (): Promise<string> =>
      done(await by.post<{ token: string }>('/api/tokens', { name: 'crm', role: 'user' })).token;
    const first = await issue();
    const rows = await service.service.platform.database.query<{ answer: string }[]>(
      'select answer::text as answer from idempotent_answers where answer is not null',
    );
    expect(rows.filter(({ answer }) => answer.includes(first))).toEqual([]);
  });
});

describe('If-Match', () => {
  it('allows a change with the current revision, and refuses a change with another revision', async () => {
    const id = await added();
    const path = `/api/accounts/${account}/access/${id}`;
    await service.settled();
    const { revision } = done(await admin.get<Recorded>(`/api/accounts/${account}`));
    const knowing = (known: number): Requests => admin.with({ 'If-Match': `"${known}"` });
    const stale = await knowing(revision + 1).put(path);
    expect(stale).toMatchObject({ status: 412, body: { reason: 'changed-since' } });
    const granted = done(await knowing(revision).put<Recorded>(path));
    expect(granted.revision).toBe(revision + 1);
    expect(await knowing(revision).delete(path)).toMatchObject({ status: 412, body: { reason: 'changed-since' } });
    expect((await knowing(granted.revision).delete(path)).status).toBe(200);
  });

  it('allows only one of two concurrent changes with the same revision', async () => {
    await service.settled();
    const { revision } = done(await admin.get<Recorded>(`/api/accounts/${account}`));
    const ids = [await added(), await added()];
    const by = admin.with({ 'If-Match': `"${revision}"` });
    const answers = await Promise.all(ids.map((id) => by.put(`/api/accounts/${account}/access/${id}`)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 412]);
  });
});

describe('a service that acts for a person', () => {
  it('is named in the history beside the person', async () => {
    const { id, name } = done(await admin.get<{ id: string; name: string }>('/api/me'));
    const { token } = done(
      await admin.post<{ token: string }>('/api/tokens', { name: 'crm-web', role: 'administrator' }),
    );
    const other = await added();
    const crm = service.withToken(token);
    done(await crm.with({ 'X-On-Behalf-Of': id }).put(`/api/accounts/${account}/access/${other}`));
    const revoked = done(await crm.delete<Recorded>(`/api/accounts/${account}/access/${other}`));
    const { items } = done(
      await admin.after(revoked).get<{ items: object[] }>(`/api/accounts/${account}/history?limit=2`),
    );
    expect(items).toMatchObject([
      { type: 'AccessRevoked', by: { id: expect.stringMatching(/^token:/), name: 'crm-web' }, via: 'api:crm-web' },
      { type: 'AccessGranted', by: { id, name }, via: 'api:crm-web' },
    ]);
    const filtered = (query: string) =>
      allOf<{ type: string }>(admin, `/api/accounts/${account}/history?via=api:crm-web${query}`);
    expect((await filtered('')).map(({ type }) => type)).toEqual(['AccessRevoked', 'AccessGranted']);
    expect((await filtered(`&by=${id}`)).map(({ type }) => type)).toEqual(['AccessGranted']);
  });
});
