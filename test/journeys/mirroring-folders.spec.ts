import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const USER = 'anna@example.test';
/** Allows dots in names. */
const ANY_NAME = 'mail_location = maildir:~/Maildir:UTF-8:LAYOUT=fs';
/** Maildir++ as many hosters have it. */
const DOTS = 'namespace inbox {\n  separator = .\n  prefix = INBOX.\n}';

interface Folder {
  id: string;
  path: string;
  parentId: string | null;
  fetched: boolean;
  selectable: boolean;
  onServer: boolean;
  total: number;
}
interface Mirrored {
  folders: { path: string; action: string; outcome: string; reason: string | null; detail: string | null }[];
}

let service: RunningService;
let admin: Requests;
let before: Dovecot;
let after: Dovecot;
let accountId: string;

beforeAll(async () => {
  [service, before, after] = await Promise.all([
    RunningService.start(),
    startDovecot({ users: { [USER]: 'secret' }, extra: ANY_NAME }),
    startDovecot({ users: { [USER]: 'secret' }, extra: DOTS }),
  ]);
  admin = await service.signedIn();
  const ports = { imapPort: before.imapPort, smtpPort: 1 };
  accountId = (await addAccount(admin, accountOn(ports, USER, 'secret'), '?skipTest=true')).id;
});
afterAll(async () => {
  await Promise.all([service?.stop(), before?.stop(), after?.stop()]);
});

async function elsewhere<T>(dovecot: Dovecot, work: (client: ImapFlow) => Promise<T>): Promise<T> {
  const auth = { user: USER, pass: 'secret' };
  const where = { host: dovecot.host, port: dovecot.imapPort, secure: false, doSTARTTLS: false };
  const client = new ImapFlow({ ...where, auth, logger: false });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.logout();
  }
}
const pathsOn = (dovecot: Dovecot): Promise<string[]> =>
  elsewhere(dovecot, async (client) => (await client.list()).map(({ path }) => path).sort());
async function folders(): Promise<Map<string, Folder>> {
  await service.settled();
  const { items } = done(await admin.get<{ items: Folder[] }>(`/api/accounts/${accountId}/folders`));
  return new Map(items.map((folder) => [folder.path, folder]));
}
const create = async (name: string, parentId?: string): Promise<Recorded> =>
  done(await admin.post<Recorded>(`/api/accounts/${accountId}/folders`, { name, ...(parentId && { parentId }) }));
/** Action, outcome, path and reason of each folder. */
async function mirror(direction: 'to-server' | 'from-server', dryRun?: boolean): Promise<(string | null)[][]> {
  const set = { direction, ...(dryRun !== undefined && { dryRun }) };
  const answer = done(await admin.post<Mirrored>(`/api/accounts/${accountId}/folders/mirror`, set));
  return answer.folders.map(({ action, outcome, path, reason }) => [
    action,
    outcome,
    path,
    ...(reason ? [reason] : []),
  ]);
}
/** Head of the log, and number of the logins to the server. */
const traces = async (dovecot: Dovecot): Promise<unknown[]> => [
  await service.service.platform.store.head(),
  dovecot.log().split('imap-login: Info: Login:').length,
];
const letter = (subject: string): Buffer =>
  Buffer.from(
    `From: ben@example.org\r\nTo: ${USER}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@x>\r\n\r\nHi\r\n`,
  );

it('after a move to a host with another delimiter and prefix, the folders here are created there', async () => {
  const work = await create('Work');
  const old = await create('Old & älter', work.id);
  const dotted = await create('v1.0');
  await create('Left out', work.id);
  await before.deliver(USER, 'Work/Old & älter', letter('one'));
  await fetchMail(admin, accountId);
  done(await admin.delete(`/api/folders/${(await folders()).get('Work/Left out')!.id}`));

  await elsewhere(after, (client) => client.mailboxCreate('INBOX.Elsewhere'));
  // Another name of the host is another mailbox: both hosts count UIDVALIDITY from the clock, so values may be equal.
  const incoming = { host: 'localhost', port: after.imapPort, security: 'none' };
  done(await admin.patch(`/api/accounts/${accountId}?skipTest=true`, { incoming, password: 'secret' }));
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done' });

  const there = await pathsOn(after);
  const had = await traces(after);
  const plan = [
    ['create', 'INBOX.Work'],
    ['create', 'v1.0', 'folder-name-invalid'],
    ['create', 'INBOX.Work.Old & älter'],
  ];
  const told = (outcome: string): (string | null)[][] =>
    plan.map(([action, path, reason]) => [action!, reason ? 'refused' : outcome, path!, ...(reason ? [reason] : [])]);
  expect(await mirror('to-server', true)).toEqual(expect.arrayContaining(told('planned')));
  expect(await traces(after)).toEqual(had);
  expect(await pathsOn(after)).toEqual(there);

  expect(await mirror('to-server')).toEqual(expect.arrayContaining(told('done')));
  expect(await pathsOn(after)).toEqual([...there, 'INBOX.Work', 'INBOX.Work.Old & älter'].sort());
  const now = await folders();
  expect(now.get('INBOX.Work')).toMatchObject({ id: work.id, onServer: true, fetched: true });
  expect(now.get('INBOX.Work.Old & älter')).toMatchObject({ id: old.id, parentId: work.id, onServer: true });
  expect(now.get('v1.0')).toMatchObject({ id: dotted.id, onServer: false });
  expect((await mirror('to-server')).filter(([, outcome]) => outcome !== 'refused')).toEqual([]);
});

it('all folders of the server are fetched, and those that are gone and empty are forgotten', async () => {
  const work = (await folders()).get('INBOX.Work')!;
  await after.deliver(USER, 'INBOX.Work', letter('two'));
  await fetchMail(admin, accountId);
  done(await admin.patch(`/api/folders/${work.id}`, { fetched: false }));
  const isUnfetched = ({ onServer, selectable, fetched }: Folder): boolean => onServer && selectable && !fetched;
  const unfetched = [...(await folders()).values()].filter(isUnfetched);
  expect(unfetched.map(({ path }) => path)).toEqual(expect.arrayContaining(['INBOX.Trash', 'INBOX.Work']));
  await elsewhere(after, (client) => client.mailboxDelete('INBOX.Elsewhere'));
  await elsewhere(after, (client) => client.mailboxDelete('INBOX.Work.Old & älter'));
  await fetchMail(admin, accountId);

  const had = await traces(after);
  const byPath = (a: Folder, b: Folder): number => (a.path < b.path ? -1 : 1);
  const gone = [...(await folders()).values()].filter(({ onServer }) => !onServer).sort(byPath);
  const planned = [
    ...unfetched.sort(byPath).map(({ path }) => ['choose', 'planned', path]),
    ...gone.map(({ path }) =>
      path === 'INBOX.Work.Old & älter'
        ? ['forget', 'refused', path, 'folder-holds-mail']
        : ['forget', 'planned', path],
    ),
  ];
  expect(await mirror('from-server', true)).toEqual(planned);
  expect(await traces(after)).toEqual(had);
  expect(await mirror('from-server')).toEqual(
    planned.map((each) => each.map((word) => (word === 'planned' ? 'done' : word))),
  );
  const now = await folders();
  expect([...now.values()].filter(isUnfetched)).toEqual([]);
  expect([...now.values()].filter(({ onServer }) => !onServer).map(({ path }) => path)).toEqual([
    'INBOX.Work.Old & älter',
  ]);
  expect((await mirror('from-server')).map(([action, outcome]) => [action, outcome])).toEqual([['forget', 'refused']]);
  expect(await admin.patch(`/api/folders/${gone[0]!.id}`, { fetched: true })).toMatchObject({ status: 404 });
});
