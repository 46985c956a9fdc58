import type { StoredFact } from '../../src/platform/log/event-store.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

const ADDRESS = 'own@example.test';

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let auditor: Requests;
let user: { id: string; asks: Requests };
let account: string;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: { [ADDRESS]: 'secret' } })]);
  admin = await service.signedIn();
  auditor = (await person('auditor', 'auditor')).asks;
  user = await person('user', 'user');
  mail.deliver(
    ADDRESS,
    'INBOX',
    Buffer.from('From: kim@kiosk.example\r\nSubject: Quince\r\n\r\nA confidential word\r\n'),
  );
  account = (await addAccount(admin, accountOn(mail, ADDRESS, 'secret', { createTasks: true }))).id;
  await fetchMail(admin, account);
  done(await admin.put(`/api/accounts/${account}/access/${user.id}`));
  await service.settled();
}, 60_000);
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

async function person(name: string, role: string): Promise<{ id: string; asks: Requests }> {
  const email = `${name}@mailroom.test`;
  const { id } = done(await admin.post<Recorded>('/api/users', { name, email, role, password: PASSWORD }));
  return { id, asks: await service.signedIn({ email, password: PASSWORD }) };
}

async function lines(query = '', by = auditor): Promise<string[]> {
  const { status, headers, bytes } = await by.get(`/api/audit/facts${query}`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/x-ndjson');
  const text = bytes.toString();
  return text === '' ? [] : text.trimEnd().split('\n');
}
const facts = async (query = ''): Promise<StoredFact[]> =>
  (await lines(query)).map((line) => JSON.parse(line) as StoredFact);

describe('the facts of the log', () => {
  it('are streamed in the order of the log, up to its head, for auditors and administrators alike', async () => {
    const all = await facts();
    expect(all.map(({ position }) => position)).toEqual(all.map(({ position }) => position).toSorted());
    expect(all.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['UserAdded', 'MessageReceived', 'TaskCreated']),
    );
    expect(all.at(-1)!.position).toBe((await auditor.get('/api/audit/facts')).headers.get('x-position'));
    expect(all.at(-1)).toMatchObject({
      type: 'AccessGranted',
      stream: `account-${account}`,
      data: { accountId: account, userId: user.id },
      metadata: { via: 'web', v: 1 },
    });
    expect(await lines('', admin)).toEqual(await lines());
  });

  it('keep sealed fields sealed', async () => {
    const text = (await lines()).join('\n');
    for (const secret of ['Quince', 'confidential', 'kim@kiosk.example', 'auditor@mailroom.test', 'secret'])
      expect(text).not.toContain(secret);
    expect(text).toContain('$sealed');
  });

  it('continue after a position', async () => {
    const all = await facts();
    const { position } = all[4]!;
    expect(await facts(`?from=${position}`)).toEqual(all.slice(5));
    expect(await facts(`?from=${all.at(-1)!.position}`)).toEqual([]);
  });

  it('are selected by stream, type, author and time', async () => {
    const all = await facts();
    const expected = (matches: (fact: StoredFact) => boolean): StoredFact[] => {
      const selected = all.filter(matches);
      expect(selected.length).toBeGreaterThan(0);
      return selected;
    };
    const stream = `account-${account}`;
    expect(await facts(`?stream=${stream}`)).toEqual(expected((fact) => fact.stream === stream));
    expect(await facts('?type=AccessGranted')).toEqual(expected(({ type }) => type === 'AccessGranted'));
    expect(await facts(`?stream=${stream}&type=AccessGranted&from=${all[0]!.position}`)).toHaveLength(1);
    const { by } = all.find(({ type }) => type === 'AccountAdded')!.metadata;
    const byAdmin = expected(({ metadata }) => metadata.by === by);
    expect(await facts(`?by=${by}`)).toEqual(byAdmin);
    expect(await facts(`?by=${by.slice('user:'.length)}`)).toEqual(byAdmin);
    const { at } = all[3]!.metadata;
    expect(await facts(`?since=${at}`)).toEqual(expected(({ metadata }) => metadata.at >= at));
    expect(await facts(`?until=${at}`)).toEqual(expected(({ metadata }) => metadata.at < at));
    expect(await facts('?until=2020-01-01')).toEqual([]);
  });

  it('are refused to other people, and with parameters that mean nothing', async () => {
    expect(await user.asks.get('/api/audit/facts')).toMatchObject({
      status: 403,
      body: { reason: 'only-administrators-and-auditors-read-the-log' },
    });
    for (const query of ['?from=1', '?type=Bogus', '?since=yesterday', '?stream=', '?by=', '?bogus=1'])
      expect(await auditor.get(`/api/audit/facts${query}`)).toMatchObject({ status: 400 });
  });
});
