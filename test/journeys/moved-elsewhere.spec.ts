import { randomBytes } from 'node:crypto';
import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { HoldingProxy } from '../holding-proxy.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { hashOf } from './demo-mailbox.js';
import { accountOn, addAccount, endOf, fetchMail, gapsOf, type MessageSummary, startFetch } from './mailbox.js';
import { allOf, done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const UNKIND = 'Büro & Söhne/„Ärger“ 100%';
const CONTENT = /UID FETCH .*BODY\.PEEK\[\]/;
const SECOND_PIECE = /UID FETCH .*BODY\.PEEK\[\]<1048576\./;

const users = Object.fromEntries(
  Array.from({ length: 8 }, (_, n) => [`box${n}@example.test`, `secret-of-${n}`]),
) as Record<string, string>;
const unused = Object.keys(users);

let service: RunningService;
let dovecot: Dovecot;
let smtp: MailServer;
let proxy: HoldingProxy;
let admin: Requests;
let address: string;
let account: string;

beforeAll(async () => {
  [service, dovecot, smtp] = await Promise.all([
    RunningService.start(),
    startDovecot({ users }),
    startMailServer({ users }),
  ]);
  proxy = await HoldingProxy.start(dovecot.imapPort);
  admin = await service.signedIn();
});
afterAll(async () => {
  proxy?.stop();
  await Promise.all([service?.stop(), dovecot?.stop(), smtp?.stop()]);
});

/** Connects a mailbox with letters of these subjects in each folder. */
async function connect(folders: Record<string, string[]>): Promise<void> {
  address = unused.pop()!;
  for (const [folder, named] of Object.entries(folders))
    for (const subject of named) await dovecot.deliver(address, folder, letter(subject));
  const body = accountOn({ imapPort: proxy.port, smtpPort: smtp.smtpPort }, address, users[address]!, {
    createContacts: true,
    createTasks: true,
  });
  account = (await addAccount(admin, body)).id;
}

const letter = (subject: string, text = `Text of ${subject}`): Buffer =>
  Buffer.from(`From: Kim <kim@kiosk.example>\r\nSubject: =?utf-8?B?${base64(subject)}?=\r\n\r\n${text}\r\n`);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Runs `work` as another mail program. */
async function elsewhere(work: (client: ImapFlow) => Promise<unknown>): Promise<void> {
  const auth = { user: address, pass: users[address]! };
  const { host, imapPort: port } = dovecot;
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth, logger: false });
  await client.connect();
  await work(client);
  await client.logout();
}

const move = (subject: string, from: string, to: string): Promise<void> =>
  elsewhere(async (client) => {
    await client.mailboxOpen(from);
    const [found] = (await client.fetchAll('1:*', { envelope: true, uid: true })).filter(
      ({ envelope }) => envelope?.subject === subject,
    );
    expect(await client.messageMove(String(found!.uid), to, { uid: true })).toMatchObject({ destination: to });
  });

/** Carries out `meanwhile` while the fetch waits for the first command that matches. */
async function fetchWhile(command: RegExp, meanwhile: () => Promise<void>) {
  proxy.commands = command;
  const started = await startFetch(admin, account);
  await proxy.holds();
  await meanwhile();
  proxy.commands = undefined;
  proxy.release();
  return endOf(admin, started);
}

const messages = async (query = ''): Promise<MessageSummary[]> => {
  await service.settled();
  return allOf<MessageSummary>(admin, `/api/accounts/${account}/messages${query}`);
};
const subjects = async (folder?: string): Promise<string[]> => {
  const found = await messages(folder === undefined ? '' : `?folder=${encodeURIComponent(folder)}`);
  return found.map(({ subject }) => subject!).sort();
};
const called = async (subject: string): Promise<MessageSummary> =>
  (await messages()).find((message) => message.subject === subject)!;

/** All messages are on record, each once, with one task each and one contact for all, and the folders have no gaps. */
async function expectEachOnce(...expected: string[]): Promise<void> {
  const all = await messages();
  expect(all.map(({ subject }) => subject!).sort()).toEqual(expected.toSorted());
  expect(all.every(({ box }) => box === 'received')).toBe(true);
  const tasks = await allOf<{ messageId: string }>(admin, `/api/tasks?accountId=${account}`);
  expect(tasks.map(({ messageId }) => messageId).sort()).toEqual(all.map(({ id }) => id).sort());
  expect(new Set(all.map(({ contactId }) => contactId)).size).toBe(1);
  for (const gaps of await gapsOf(admin, account)) expect(gaps).toMatchObject({ outstanding: 0, failed: [] });
}

interface Folder {
  id: string;
  path: string;
  onServer: boolean;
  selectable: boolean;
  fetched: boolean;
}

async function folderAt(path: string): Promise<Folder> {
  await service.settled();
  const { items } = done(await admin.get<{ items: Folder[] }>(`/api/accounts/${account}/folders`));
  return items.find((each) => each.path === path)!;
}

async function onServer(folder: string): Promise<number> {
  await service.settled();
  return (await gapsOf(admin, account)).find(({ path }) => path === folder)!.onServer ?? 0;
}

describe('a message that another program moves', () => {
  it.each(['Work', UNKIND])('to %s between two fetches stays one message with one task, in that folder', async (to) => {
    await connect({ INBOX: ['one', 'two', 'three'], [to]: ['there'] });
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', received: 4 });
    const [before, there] = [await called('two'), await called('there')];
    expect(before.folderId).not.toBe(there.folderId);

    await move('two', 'INBOX', to);
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', found: 1, received: 0, failed: 0 });
    await expectEachOnce('one', 'two', 'three', 'there');
    expect(await called('two')).toEqual({ ...before, folderId: there.folderId });
    expect(await subjects(to)).toEqual(['there', 'two']);
    expect([await onServer('INBOX'), await onServer(to)]).toEqual([2, 2]);

    await move('two', to, 'INBOX');
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', found: 1, received: 0, failed: 0 });
    expect(await called('two')).toEqual(before);
    expect([await onServer('INBOX'), await onServer(to)]).toEqual([3, 1]);
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', found: 0, received: 0 });
    await expectEachOnce('one', 'two', 'three', 'there');
  });

  it('to a folder that is not fetched stays on record', async () => {
    await connect({ INBOX: ['one', 'two', 'three'] });
    await fetchMail(admin, account);
    const before = await called('two');
    await move('two', 'INBOX', 'Trash');
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', found: 0, failed: 0 });
    await expectEachOnce('one', 'two', 'three');
    const there = { onServer: false, deletedElsewhere: true };
    expect(await called('two')).toEqual({ ...before, ...there });
    expect(await onServer('INBOX')).toBe(2);
  });

  it('out of the folder that the fetch reads, into a later one, is found there by the same fetch', async () => {
    await connect({ Alpha: ['one', 'two', 'three'], Omega: ['there'] });
    const fetched = await fetchWhile(CONTENT, () => move('two', 'Alpha', 'Omega'));
    expect(fetched).toMatchObject({ state: 'done', failed: 0 });
    await expectEachOnce('one', 'two', 'three', 'there');
    expect((await called('two')).folderId).toBe((await called('there')).folderId);
    expect(await subjects('Omega')).toEqual(['there', 'two']);
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', found: 0, received: 0 });
    expect([await onServer('Alpha'), await onServer('Omega')]).toEqual([2, 2]);
  });

  it('out of a later folder, into the one that the fetch reads, is found by the next fetch', async () => {
    await connect({ Alpha: ['one', 'two', 'three'], Omega: ['there'] });
    const fetched = await fetchWhile(CONTENT, () => move('there', 'Omega', 'Alpha'));
    expect(fetched).toMatchObject({ state: 'done', received: 3, failed: 0 });
    await expectEachOnce('one', 'two', 'three');
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', found: 1, received: 1 });
    await expectEachOnce('one', 'two', 'three', 'there');
    expect((await called('there')).folderId).toBe((await called('one')).folderId);
  });

  it('while its bytes are transferred arrives whole', async () => {
    await connect({ INBOX: ['one'], Omega: ['there'] });
    const raw = letter('large', randomBytes(1_700_000).toString('base64').replaceAll(/.{76}/g, '$&\r\n'));
    await dovecot.deliver(address, 'INBOX', raw);
    const fetched = await fetchWhile(SECOND_PIECE, () => move('large', 'INBOX', 'Omega'));
    expect(fetched).toMatchObject({ state: 'done', failed: 0 });
    await fetchMail(admin, account);
    await expectEachOnce('one', 'there', 'large');
    const large = await called('large');
    expect(large.folderId).toBe((await called('there')).folderId);
    expect(hashOf((await admin.get(`/api/messages/${large.id}/raw`)).bytes)).toBe(hashOf(raw));
  });
});

it('a folder that another program removes stays closed while the server lists it for the folders below', async () => {
  await connect({ INBOX: ['one'], Work: ['two'], 'Work/Old': ['three'] });
  await fetchMail(admin, account);
  await elsewhere((client) => client.mailboxDelete('Work'));
  const failed = [];
  for (let fetches = 0; fetches < 3; fetches++) {
    const { state, folders } = await fetchMail(admin, account);
    expect(state).toBe('done');
    failed.push(folders.flatMap((each) => (each.failed === null ? [] : [each.path])));
  }
  expect(failed).toEqual([['Work'], [], []]);
  // The first refusal is recorded, and nothing more.
  const { id } = await folderAt('Work');
  const found = (await admin.get('/api/audit/facts?type=FolderFound')).bytes.toString();
  expect(found.split('\n').filter((fact) => fact.includes(`"folderId":"${id}"`))).toHaveLength(2);
  expect(await folderAt('Work')).toMatchObject({ onServer: true, selectable: false, fetched: false });
  expect(await called('two')).toMatchObject({ onServer: false });
  expect(await called('three')).toMatchObject({ onServer: true });

  await elsewhere((client) => client.mailboxCreate('Work'));
  await dovecot.deliver(address, 'Work', letter('four'));
  expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', received: 1 });
  expect(await subjects('Work')).toEqual(['four']);
});
