import { folderRecordedByReleaseBefore } from '../earlier-release.js';
import { FreshMailbox } from './fresh-mailbox.js';
import { done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

interface Folder {
  id: string;
  path: string;
  name: string;
  parentId: string | null;
  role: string | null;
  selectable: boolean;
  fetched: boolean;
  total: number;
  unread: number;
  onServer: boolean;
  syncedAt: string | null;
}

let service: RunningService;
let admin: Requests;
let box: FreshMailbox;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

async function withMailbox(work: () => Promise<void>, settings: object = {}): Promise<void> {
  box = await FreshMailbox.open(service, admin);
  try {
    await box.connect(settings);
    await work();
  } finally {
    await box.close();
  }
}

async function folders(): Promise<Map<string, Folder>> {
  await service.settled();
  const { items } = done(await admin.get<{ items: Folder[] }>(`/api/accounts/${box.accountId}/folders`));
  return new Map(items.map((folder) => [folder.path, folder]));
}

it('the folders of the server are listed with their messages', () =>
  withMailbox(async () => {
    box.deliver('one');
    box.deliver('two');
    box.deliver('three', 'Sent');
    await box.fetch();
    const found = await folders();
    expect([...found.keys()]).toEqual(['Drafts', 'INBOX', 'Junk', 'Sent', 'Trash']);
    expect(found.get('INBOX')).toMatchObject({ role: 'inbox', total: 2, unread: 2, fetched: true, onServer: true });
    expect(found.get('INBOX')!.syncedAt).toMatch(/^2\d{3}-/);
    expect(found.get('Sent')).toMatchObject({ role: 'sent', total: 1 });
    expect(found.get('Trash')).toMatchObject({ role: 'trash', fetched: false, total: 0, syncedAt: null });

    const [message] = await box.onRecord();
    done(await admin.patch(`/api/messages/${message!.id}`, { seen: true }));
    expect((await folders()).get(message!.folderId === found.get('Sent')!.id ? 'Sent' : 'INBOX')).toMatchObject({
      unread: message!.folderId === found.get('Sent')!.id ? 0 : 1,
    });
  }));

it('a folder that another program renames keeps its id and its mail, without fetching it again', () =>
  withMailbox(async () => {
    await box.elsewhere(async (client) => {
      await client.mailboxCreate('Work/Old');
      await client.mailboxCreate('Work/Empty');
    });
    for (const subject of ['one', 'two', 'three']) box.deliver(subject, 'Work/Old');
    await box.fetch();
    const before = await folders();
    const ids = (await box.onRecord()).map(({ id }) => id).sort();

    await box.elsewhere((client) => client.mailboxRename('Work', 'Projects/Work'));
    box.server.commands.length = 0;
    expect(await box.fetch()).toMatchObject({ state: 'done', received: 0 });
    expect(box.server.commands.filter((command) => /BODY(\.PEEK)?\[\]/.test(command))).toEqual([]);
    const after = await folders();
    expect([...after.keys()].filter((path) => path.includes('Work'))).toEqual([
      'Projects/Work',
      'Projects/Work/Empty',
      'Projects/Work/Old',
    ]);
    for (const path of ['Work', 'Work/Empty', 'Work/Old'])
      expect(after.get(`Projects/${path}`)).toEqual({
        ...before.get(path)!,
        path: `Projects/${path}`,
        syncedAt: expect.anything() as unknown,
        parentId: path === 'Work' ? after.get('Projects')!.id : before.get('Work')!.id,
      });
    expect((await box.onRecord()).map(({ id }) => id).sort()).toEqual(ids);

    await box.elsewhere((client) => client.mailboxCreate('Work'));
    await box.fetch();
    expect((await folders()).get('Work')!.id).not.toBe(before.get('Work')!.id);
  }));

it('the setting for sent mail follows a folder that another program renames', () =>
  withMailbox(async () => {
    await box.elsewhere((client) => client.mailboxCreate('Outgoing'));
    box.deliver('out', 'Outgoing');
    done(await admin.patch(`/api/accounts/${box.accountId}`, { sentFolder: 'Outgoing' }));
    await box.fetch();
    await box.elsewhere((client) => client.mailboxRename('Outgoing', 'Gone out'));
    await box.fetch();
    await service.settled();
    expect(done(await admin.get(`/api/accounts/${box.accountId}`))).toMatchObject({ sentFolder: 'Gone out' });
    expect((await folders()).get('Gone out')).toMatchObject({ role: 'sent', total: 1 });
  }));

it('a folder that another program removes is gone, its mail stays, and it may come back', () =>
  withMailbox(async () => {
    await box.elsewhere((client) => client.mailboxCreate('Work'));
    box.deliver('one', 'Work');
    await box.fetch();
    const { id } = (await folders()).get('Work')!;
    await box.elsewhere((client) => client.mailboxDelete('Work'));
    await box.fetch();
    expect((await folders()).get('Work')).toMatchObject({ id, onServer: false });
    expect(await box.onRecord()).toMatchObject([{ subject: 'one', onServer: false }]);
    await box.elsewhere((client) => client.mailboxCreate('Work'));
    box.deliver('two', 'Work');
    await box.fetch();
    expect((await folders()).get('Work')).toMatchObject({ id, onServer: true });
    expect(await box.subjects()).toEqual(['one', 'two']);
  }));

it('folders that a release before recorded keep their ids, and some are gone', () =>
  withMailbox(async () => {
    await box.elsewhere((client) => client.mailboxCreate('Work'));
    box.deliver('one', 'Work');
    const { platform } = service.service;
    const [work, gone] = await Promise.all(
      ['Work', 'Old'].map((path) => folderRecordedByReleaseBefore(platform, box.accountId, path)),
    );
    await service.settled();
    await box.fetch();
    const after = await folders();
    expect(after.get('Work')).toMatchObject({ id: work, onServer: true, total: 1 });
    expect(after.get('Old')).toMatchObject({ id: gone, onServer: false });
  }));
