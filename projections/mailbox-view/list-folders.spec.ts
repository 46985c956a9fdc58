import { accountAdded, sendOnlyChanged } from '../../test/examples/account-facts.js';
import { folderFound } from '../../test/examples/mailbox-facts.js';
import { draftFound, messageReceived, sentMessageFound } from '../../test/examples/message-facts.js';
import { messagesDeleted, messagesMoved, messagesPlaced } from '../../test/examples/places-facts.js';
import { NO_FLAGS } from '../../src/messages/flags.events.js';
import { recorded } from '../../test/examples/recorded.js';
import { jsonOf, MailboxOverHttp } from '../../test/mailbox-over-http.js';
import { type FolderAnswer, ListFoldersEndpoint, ListFoldersHandler } from './list-folders.js';
import { ListMessagesEndpoint, ListMessagesHandler } from './list-messages.js';

const again = [
  { messageId: 'm1', uid: 1, ...NO_FLAGS },
  { messageId: 'm1', uid: 2, ...NO_FLAGS },
];
const told = [
  accountAdded(),
  accountAdded({ accountId: 'sales' }),
  folderFound(),
  folderFound({ folderId: 'sent', path: 'Sent', name: 'Sent', role: 'sent' }),
  folderFound({ folderId: 'drafts', path: 'Drafts', name: 'Drafts', role: 'drafts' }),
  folderFound({ folderId: 'archive', path: 'Archive', name: 'Archive', role: 'archive' }),
  folderFound({ folderId: 'all-mail', path: 'All', name: 'All', role: null }),
  folderFound({ folderId: 'sales-inbox', accountId: 'sales' }),
  messageReceived({ messageId: 'm1' }),
  messageReceived({ messageId: 'm2', uid: 2, seen: true }),
  messageReceived({ messageId: 'm3', uid: 3 }),
  messageReceived({ messageId: 'm4', uid: 4 }),
  sentMessageFound({ messageId: 'm5', folderId: 'sent', seen: true }),
  draftFound({ messageId: 'm6', folderId: 'drafts', seen: true }),
  messageReceived({ messageId: 'm7', accountId: 'sales', folderId: 'sales-inbox' }),
  messagesPlaced({ folderId: 'all-mail', places: again }),
  messagesDeleted({ messageIds: ['m3'] }),
  messagesMoved({ messageIds: ['m4'], folderId: 'archive' }),
];
const facts = recorded(told);

let mailbox: MailboxOverHttp;
beforeAll(async () => {
  mailbox = await MailboxOverHttp.open({
    endpoints: [ListFoldersEndpoint, ListMessagesEndpoint],
    handlers: [ListFoldersHandler, ListMessagesHandler],
  });
  await mailbox.under.rebuild(facts);
});
afterAll(() => mailbox.close());

const folders = async (): Promise<FolderAnswer[]> =>
  jsonOf(await mailbox.get('/api/accounts/info/folders')).items as FolderAnswer[];
const counts = (items: FolderAnswer[]): object =>
  Object.fromEntries(items.map(({ id, total, unread }) => [id, [total, unread]]));
const listed = async (id: string): Promise<number> =>
  (jsonOf(await mailbox.get(`/api/accounts/info/messages?folder=${id}`)).items as unknown[]).length;

describe('the folders of an account', () => {
  it('count messages by their places, and by the wish to move them, without the trash', async () => {
    const items = await folders();
    expect(counts(items)).toEqual({
      'all-mail': [1, 1],
      archive: [1, 1],
      drafts: [1, 0],
      inbox: [2, 1],
      sent: [1, 0],
    });
    for (const { id, total } of items) expect([id, await listed(id)]).toEqual([id, total]);
  });

  it('of an account that only sends count no received mail', async () => {
    await mailbox.under.rebuild(recorded([...told, sendOnlyChanged()]));
    expect(counts(await folders())).toEqual({
      'all-mail': [0, 0],
      archive: [0, 0],
      drafts: [1, 0],
      inbox: [0, 0],
      sent: [1, 0],
    });
    await mailbox.under.rebuild(facts);
  });

  it('are hidden from others', async () => {
    for (const [caller, status, reason] of [
      ['ben', 404, 'account-not-found'],
      ['auditor', 403, 'auditors-do-not-read-mail'],
      ['dan', 403, 'mail-module-locked'],
    ] as const) {
      const answer = await mailbox.get('/api/accounts/info/folders', caller);
      expect([answer.status, jsonOf(answer).reason]).toEqual([status, reason]);
    }
  });
});
