import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const USER = 'anna@example.test';

interface Folder {
  id: string;
  path: string;
  fetched: boolean;
  onServer: boolean;
  total: number;
  role: string | null;
}

let service: RunningService;
let admin: Requests;
let dovecot: Dovecot;
let accountId: string;

beforeAll(async () => {
  [service, dovecot] = await Promise.all([RunningService.start(), startDovecot({ users: { [USER]: 'secret' } })]);
  admin = await service.signedIn();
  const ports = { imapPort: dovecot.imapPort, smtpPort: 1 };
  accountId = (await addAccount(admin, accountOn(ports, USER, 'secret', { createTasks: true }), '?skipTest=true')).id;
});
afterAll(async () => {
  await Promise.all([service?.stop(), dovecot?.stop()]);
});

const letter = (subject: string): Buffer =>
  Buffer.from(
    `From: ben@example.org\r\nTo: ${USER}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@x>\r\n\r\nHi\r\n`,
  );
async function folderAt(path: string): Promise<Folder | undefined> {
  await service.settled();
  const { items } = done(await admin.get<{ items: Folder[] }>(`/api/accounts/${accountId}/folders`));
  return items.find((folder) => folder.path === path);
}
const subjectsIn = async (folder: string): Promise<string[]> => {
  await service.settled();
  const path = `/api/accounts/${accountId}/messages?folder=${encodeURIComponent(folder)}`;
  return (await allOf<MessageSummary>(admin, path)).map(({ subject }) => subject!).sort();
};
const create = async (name: string): Promise<Recorded> =>
  done(await admin.post<Recorded>(`/api/accounts/${accountId}/folders`, { name }));
async function rename(from: string, to: string): Promise<void> {
  const auth = { user: USER, pass: 'secret' };
  const where = { host: dovecot.host, port: dovecot.imapPort, secure: false, doSTARTTLS: false };
  const client = new ImapFlow({ ...where, auth, logger: false });
  await client.connect();
  await client.mailboxRename(from, to);
  await client.logout();
}

it('a folder that goes and returns with the same UIDVALIDITY has its messages again, each once', async () => {
  const { id } = await create('Work');
  for (const subject of ['one', 'two']) await dovecot.deliver(USER, 'Work', letter(subject));
  await fetchMail(admin, accountId);
  expect(await subjectsIn('Work')).toEqual(['one', 'two']);

  const [here, away] = [join(dovecot.maildir(USER), '.Work'), join(dovecot.maildir(USER), '..', 'away')];
  await dovecot.restart();
  renameSync(here, away);
  await fetchMail(admin, accountId);
  expect(await folderAt('Work')).toMatchObject({ id, onServer: false, total: 0 });
  renameSync(away, here);
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', failed: 0 });
  expect(await folderAt('Work')).toMatchObject({ id, onServer: true, total: 2 });
  expect(await subjectsIn('Work')).toEqual(['one', 'two']);
  expect(await allOf(admin, `/api/accounts/${accountId}/messages`)).toHaveLength(2);
  expect(await fetchMail(admin, accountId)).toMatchObject({ found: 0 });
  const tasks = await allOf<{ title: string }>(admin, '/api/tasks');
  expect(tasks.map(({ title }) => title).sort()).toEqual(['one', 'two']);
});

it('a folder that was never fetched keeps its choice and its role under another name', async () => {
  const { id } = await create('Lists');
  done(await admin.patch(`/api/folders/${id}`, { fetched: false, role: 'archive' }));
  await dovecot.deliver(USER, 'Lists', letter('news'));
  await fetchMail(admin, accountId);
  await rename('Lists', 'Newsletters');
  await dovecot.deliver(USER, 'Newsletters', letter('more news'));
  await fetchMail(admin, accountId);
  expect(await folderAt('Newsletters')).toMatchObject({ id, fetched: false, role: 'archive', onServer: true });
  expect(await folderAt('Lists')).toBeUndefined();
  expect(await subjectsIn('Newsletters')).toEqual([]);

  done(await admin.patch(`/api/folders/${id}`, { fetched: true }));
  await fetchMail(admin, accountId);
  expect(await subjectsIn('Newsletters')).toEqual(['more news', 'news']);
});
