import { FreshMailbox } from './fresh-mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

interface Folder {
  id: string;
  path: string;
  parentId: string | null;
  role: string | null;
  fetched: boolean;
  total: number;
  onServer: boolean;
}

let service: RunningService;
let admin: Requests;
let box: FreshMailbox;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
beforeEach(async () => {
  box = await FreshMailbox.open(service, admin);
  await box.connect();
});
afterEach(() => box.close());
afterAll(() => service?.stop());

async function folders(): Promise<Map<string, Folder>> {
  await service.settled();
  const { items } = done(await admin.get<{ items: Folder[] }>(`/api/accounts/${box.accountId}/folders`));
  return new Map(items.map((folder) => [folder.path, folder]));
}
const onServer = async (): Promise<string[]> => {
  let paths: string[] = [];
  await box.elsewhere(async (client) => {
    paths = (await client.list()).map(({ path }) => path).sort();
  });
  return paths;
};
/** With a date, by which the service finds the mail again in the trash of the server. */
const dated = (subject: string): Buffer =>
  Buffer.from(`Date: Mon, 30 Nov 2026 08:00:00 +0000\r\n${box.letter(subject).toString()}`);
const create = async (name: string, parentId?: string): Promise<Recorded> =>
  done(await admin.post<Recorded>(`/api/accounts/${box.accountId}/folders`, { name, ...(parentId && { parentId }) }));
const change = async (id: string, set: object): Promise<Recorded> =>
  done(await admin.patch<Recorded>(`/api/folders/${id}`, set));
const mailIn = async (path: string): Promise<string[]> => {
  let subjects: string[] = [];
  await box.elsewhere(async (client) => {
    await client.mailboxOpen(path);
    const all = await client.fetchAll('1:*', { envelope: true });
    subjects = all.flatMap(({ envelope }) => envelope?.subject ?? []);
  });
  return subjects.sort();
};

it('a folder is created on the server, below another one, and once', async () => {
  const work = await create('Work');
  const old = await create('Über uns', work.id);
  expect(await onServer()).toEqual(expect.arrayContaining(['Work', 'Work/Über uns']));
  expect((await folders()).get('Work/Über uns')).toMatchObject({ id: old.id, parentId: work.id, fetched: true });
  expect(await admin.post(`/api/accounts/${box.accountId}/folders`, { name: 'Work' })).toMatchObject({
    status: 409,
    body: { reason: 'folder-exists' },
  });
  expect(await admin.post(`/api/accounts/${box.accountId}/folders`, { name: 'a/b' })).toMatchObject({
    status: 422,
    body: { reason: 'folder-name-invalid' },
  });
});

it('a folder is renamed and moved with all below, and keeps its mail', async () => {
  const [work, projects] = [await create('Work'), await create('Projects')];
  const old = await create('Old', work.id);
  box.deliver('one', 'Work/Old');
  await box.fetch();
  await change(work.id, { name: 'Labour', parentId: projects.id });
  expect(await onServer()).toEqual(expect.arrayContaining(['Projects/Labour', 'Projects/Labour/Old']));
  const after = await folders();
  expect(after.get('Projects/Labour')).toMatchObject({ id: work.id, parentId: projects.id });
  expect(after.get('Projects/Labour/Old')).toMatchObject({ id: old.id, parentId: work.id, total: 1 });
  expect(after.has('Work')).toBe(false);
  expect(await box.fetch()).toMatchObject({ received: 0 });

  await change(old.id, { name: 'New' });
  expect((await folders()).get('Projects/Labour/New')).toMatchObject({ id: old.id });
  await change(work.id, { parentId: null });
  expect((await folders()).get('Labour/New')).toMatchObject({ id: old.id });
  expect(await admin.patch(`/api/folders/${work.id}`, { parentId: old.id })).toMatchObject({
    status: 409,
    body: { reason: 'folder-below-itself' },
  });
});

it('the choice of a folder decides if its mail is fetched, and a role is kept', async () => {
  const work = await create('Work');
  box.deliver('one', 'Work');
  await change(work.id, { fetched: false });
  await box.fetch();
  expect(await box.subjects()).toEqual([]);
  await change(work.id, { fetched: true, role: 'archive' });
  await box.fetch();
  expect(await box.subjects()).toEqual(['one']);
  expect((await folders()).get('Work')).toMatchObject({ role: 'archive', fetched: true });
});

it('the role of sent mail is the setting of the account, and follows the folder', async () => {
  const work = await create('Outgoing');
  await change(work.id, { role: 'sent' });
  const setting = async (): Promise<unknown> => {
    await service.settled();
    return done(await admin.get<{ sentFolder: string | null }>(`/api/accounts/${box.accountId}`)).sentFolder;
  };
  expect(await setting()).toBe('Outgoing');
  expect((await folders()).get('Outgoing')).toMatchObject({ role: 'sent' });
  await change(work.id, { name: 'Gone out' });
  expect(await setting()).toBe('Gone out');
  await change(work.id, { role: null });
  expect(await setting()).toBeNull();
  expect((await folders()).get('Gone out')).toMatchObject({ role: null });
});

it('a folder is removed only when it is empty, or after its mail moved to the trash', async () => {
  const work = await create('Work');
  for (const subject of ['one', 'two']) box.server.deliver(box.address, 'Work', dated(subject));
  box.deliver('labelled', 'Work');
  box.deliver('labelled');
  await box.fetch();
  expect(await admin.delete(`/api/folders/${work.id}`)).toMatchObject({
    status: 409,
    body: { reason: 'folder-not-empty' },
  });
  expect(await mailIn('Work')).toEqual(['labelled', 'one', 'two']);
  done(await admin.delete(`/api/folders/${work.id}?withMail=true`));
  expect(await onServer()).not.toContain('Work');
  expect(await mailIn('Trash')).toEqual(['labelled', 'one', 'two']);
  expect((await folders()).get('Work')).toMatchObject({ onServer: false });
  expect(await box.subjects()).toEqual(['labelled']);
  const trash = done(await admin.get<{ items: { id: string; subject: string }[] }>('/api/messages?box=trash')).items;
  const deleted = trash.filter(({ subject }) => ['labelled', 'one', 'two'].includes(subject));
  expect(deleted.map(({ subject }) => subject).sort()).toEqual(['one', 'two']);
  await box.fetch();
  expect((await folders()).get('Work')).toMatchObject({ total: 0 });
  expect(await mailIn('Trash')).toEqual(['labelled', 'one', 'two']);
  done(await admin.post(`/api/messages/${deleted[0]!.id}/restore`));
  await box.fetch();
  expect(await mailIn('INBOX')).toEqual(['labelled', deleted[0]!.subject].sort());
  expect(await box.subjects()).toEqual(['labelled', deleted[0]!.subject].sort());
  expect(await admin.delete(`/api/folders/${work.id}`)).toMatchObject({ status: 404 });

  const empty = await create('Empty');
  done(await admin.delete(`/api/folders/${empty.id}`));
  expect(await onServer()).not.toContain('Empty');
});

it('with keepServerCopies, the mail of a removed folder stays in the trash of the server', async () => {
  done(await admin.patch(`/api/accounts/${box.accountId}`, { keepServerCopies: true }));
  const work = await create('Work');
  box.deliver('kept', 'Work');
  await box.fetch();
  done(await admin.delete(`/api/folders/${work.id}?withMail=true`));
  await box.fetch();
  expect(await mailIn('Trash')).toEqual(['kept']);
  expect(await box.subjects()).toEqual([]);
  const trash = done(await admin.get<{ items: { id: string; subject: string }[] }>('/api/messages?box=trash')).items;
  done(await admin.delete(`/api/messages/${trash.find(({ subject }) => subject === 'kept')!.id}?forever=true`));
  await box.fetch();
  expect(await mailIn('Trash')).toEqual(['kept']);
});

it('the history of the account tells changes of folders, which are no revisions of its settings', async () => {
  interface Entry {
    summary: string;
    revision: number | null;
    by: { name: string };
  }
  const path = `/api/accounts/${box.accountId}`;
  const account = async (query = ''): Promise<{ revision: number }> => {
    await service.settled();
    return done(await admin.get<{ revision: number }>(path + query));
  };
  await box.fetch();
  const before = await account();
  const work = await create('Work');
  await box.fetch();
  await change(work.id, { name: 'Labour' });
  await change(work.id, { fetched: false });
  await change(work.id, { role: 'drafts' });
  await box.elsewhere((client) => client.mailboxCreate('Other'));
  await box.elsewhere((client) => client.mailboxRename('Labour', 'Toil'));
  await box.fetch();
  await box.elsewhere((client) => client.mailboxDelete('Other'));
  await box.fetch();
  done(await admin.delete(`/api/folders/${work.id}`));
  const after = await account();
  const { items } = done(await admin.get<{ items: Entry[] }>(`${path}/history`));
  expect(items.map(({ summary, revision, by }) => [by.name, summary, revision])).toEqual([
    ['Administrator', 'removed the folder “Toil”', null],
    ['Administrator', 'left it to the server where drafts go', before.revision + 3],
    ['the system', 'found that the folder “Other” is gone from the server', null],
    ['the system', 'found that the folder “Labour” was renamed to “Toil” on the server', null],
    ['the system', 'chose the folder Toil for drafts', before.revision + 2],
    ['Administrator', 'chose the folder Labour for drafts', before.revision + 1],
    ['Administrator', 'had no mail of the folder “Labour” fetched', null],
    ['Administrator', 'renamed the folder “Work” to “Labour”', null],
    ['Administrator', 'created the folder “Work”', null],
    ['Administrator', expect.stringMatching(/^added the account/), 0],
  ]);
  expect(after.revision).toBe(before.revision + 3);
  expect(await account(`?revision=${before.revision}`)).toMatchObject({ revision: before.revision });
  done(await admin.post(`${path}/revert`, { revision: before.revision + 1, settings: ['draftsFolder'] }));
  expect(await account()).toMatchObject({ revision: before.revision + 4, draftsFolder: 'Labour' });
});

it('a server that refuses is told in its words, and an unreachable one too', async () => {
  const { id } = await create('Work');
  await box.fetch();
  await box.elsewhere((client) => client.mailboxRename('Work', 'Elsewhere'));
  // The command looks first: the folder has another name by now, and is renamed all the same.
  await change(id, { name: 'Here' });
  expect(await onServer()).toContain('Here');
  await box.server.stop();
  expect(await admin.patch(`/api/folders/${id}`, { name: 'There' })).toMatchObject({
    status: 422,
    body: { reason: 'unreachable' },
  });
});
