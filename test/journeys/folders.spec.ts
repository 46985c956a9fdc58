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
