import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { accountAdded, accountRemoved } from '../../test/examples/account-facts.js';
import { administrator, auditor, user } from '../../test/examples/callers.js';
import { folderFound } from '../../test/examples/mailbox-facts.js';
import { messageDestroyed, messageErased, messageReceived } from '../../test/examples/message-facts.js';
import { userAdded } from '../../test/examples/people-facts.js';
import {
  flagsChanged,
  messagesDeleted,
  messagesMarked,
  messagesMoved,
  messagesPlaced,
  messagesRestored,
  placesLeft,
  wishesSettled,
} from '../../test/examples/places-facts.js';
import { messagesRead } from '../../test/examples/reading-facts.js';
import * as sending from '../../test/examples/sending-facts.js';
import { atOf, recorded, told } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import type { AnyFact } from '../../src/all.events.js';
import { history } from '../history/history.js';
import { mailboxView } from '../mailbox-view/mailbox-view.js';
import { messageHistory } from './message-history.js';
import { ShowMessageHistory, ShowMessageHistoryHandler } from './show-message-history.js';

const people = [userAdded({ userId: 'ada', name: 'Ada' }), userAdded({ userId: 'ben', name: 'Ben' })];
const account = [
  ...people,
  accountAdded(),
  accountAdded({ accountId: 'sales' }),
  folderFound(),
  folderFound({ folderId: 'archive', path: 'Archive', role: null }),
];
const settled = (number: number, outcome: Parameters<typeof wishesSettled>[0] = {}) =>
  told(wishesSettled({ number, settled: number, marked: [], moved: [], ...outcome }), { by: 'system', via: 'mail' });
const refusing = (reason: string, messageIds = ['message-1']) => ({
  refused: [{ messageIds, reason, by: 'user:ada' }],
});
const inInbox = { folderId: 'inbox', uidValidity: '1700000000' };

let under: ProjectionsUnderTest;
beforeAll(async () => (under = await ProjectionsUnderTest.open(messageHistory, history, mailboxView, whoMayDoWhat)));
beforeEach(() => under.empty());
afterAll(() => under.close());

type Given = readonly (AnyFact | ReturnType<typeof told>)[];
const given = (...facts: Given): Promise<void> => under.deliver(recorded([...account, ...facts]));
const shown = (page: Partial<PageQuery> = {}, caller = administrator(), messageId = 'message-1') =>
  new ShowMessageHistoryHandler(under.database, under.access).execute(
    new ShowMessageHistory(caller, messageId, Object.assign(new PageQuery(), page)),
  );
const summaries = async (): Promise<string[]> => (await shown()).items.map(({ summary }) => summary);
const outcomes = async (): Promise<unknown[]> => (await shown()).items.map(({ outcome }) => outcome);

describe('the history of a message', () => {
  it('shows the changes by people and by other mail programs, newest first', async () => {
    await given(
      told(messageReceived(), { by: 'user:ada', via: 'web' }),
      told(messagesRead(), { by: 'user:ben' }),
      flagsChanged({
        changes: [{ set: { seen: true, flagged: false }, messages: [{ messageId: 'message-1', uid: 1 }] }],
      }),
      told(messagesMoved(), { by: 'user:ben', via: 'api:crm' }),
    );
    expect((await shown()).items).toEqual([
      {
        id: expect.any(String),
        at: atOf(account.length + 3),
        by: { id: 'ben', name: 'Ben' },
        via: 'api:crm',
        type: 'MessagesMoved',
        summary: 'moved it into the folder “Archive”',
        changes: [{ field: 'folderId', from: null, to: 'archive' }],
        outcome: { state: 'waiting', at: null, reason: null },
        position: expect.any(String),
      },
      expect.objectContaining({
        by: null,
        via: 'imap',
        summary: 'was marked as read and as not flagged in the folder “INBOX”',
        changes: [
          { field: 'seen', from: false, to: true },
          { field: 'flagged', from: true, to: false },
        ],
        outcome: null,
      }),
      expect.objectContaining({ by: { id: 'ben', name: 'Ben' }, summary: 'read it', changes: [] }),
      expect.objectContaining({ by: null, summary: 'was received in the folder “INBOX”' }),
    ]);
  });

  it('is paged by cursor', async () => {
    await given(messageReceived(), messagesMarked(), messagesMarked({ number: 2, set: { flagged: true } }));
    const first = await shown({ limit: 2 });
    expect(first.items.map(({ summary }) => summary)).toEqual(['marked it as flagged', 'marked it as read']);
    const second = await shown({ limit: 2, cursor: first.next! });
    expect(second).toMatchObject({ items: [{ type: 'MessageReceived' }], next: null });
  });

  it('says of each wish that it waits, is done, or was refused with the reason', async () => {
    await given(
      messageReceived(),
      messagesMarked({ number: 1 }),
      messagesMoved({ number: 2 }),
      settled(1),
      settled(2, refusing('folder-not-found')),
      messagesMarked({ number: 3, messageIds: ['message-1', 'message-9'] }),
      settled(3, refusing('refused-by-server', ['message-9'])),
      messagesDeleted({ number: 4 }),
      messagesRestored({ number: 5 }),
      messagesDeleted({ number: 6, server: 'keep' }),
    );
    const done = (n: number) => ({ state: 'done', at: atOf(account.length + n), reason: null });
    expect(await outcomes()).toEqual([
      null,
      { state: 'waiting', at: null, reason: null },
      { state: 'waiting', at: null, reason: null },
      done(6),
      { state: 'refused', at: atOf(account.length + 4), reason: 'folder-not-found' },
      done(3),
      null,
    ]);
  });

  it('shows that a folder with the message is gone, but not after the message left it', async () => {
    const emptied = placesLeft({ places: 'all', cause: 'folder-gone' });
    await given(messageReceived(), emptied);
    expect(await summaries()).toEqual([
      'left with the folder “INBOX”, which is no longer on the server',
      'was received in the folder “INBOX”',
    ]);
    await under.empty();
    await given(messageReceived(), placesLeft(), emptied, messagesPlaced(inInbox));
    expect(await summaries()).toEqual([
      'was found in the folder “INBOX”',
      'left the folder “INBOX”',
      'was received in the folder “INBOX”',
    ]);
  });

  it('follows a message that the service moved', async () => {
    const archive = { folderId: 'archive', uidValidity: '1700000001', places: 'all', cause: 'folder-gone' } as const;
    await given(
      messageReceived(),
      messagesMoved(),
      settled(1, wishesSettled().data),
      placesLeft({ places: 'all', cause: 'folder-gone' }),
      placesLeft(archive),
    );
    expect(await summaries()).toEqual([
      'left with the folder “Archive”, which is no longer on the server',
      'moved it into the folder “Archive”',
      'was received in the folder “INBOX”',
    ]);
  });

  it('follows a message that is sent here, from the queue to a bounce', async () => {
    await given(
      told(sending.messageQueued(), { by: 'user:ben' }),
      sending.recipientsAccepted({ recipients: [0] }),
      sending.recipientsRefused({ recipients: [1], code: '550' }),
      sending.deliveryFailed({ code: '5.1.1' }),
      sending.sendCancelled({ why: 'reply-came' }),
    );
    const { items } = await shown({}, administrator(), 'message-9');
    expect(items.map(({ by, summary }) => `${by?.name ?? '–'} ${summary}`)).toEqual([
      'Ada cancelled it, because an answer came',
      '– came back: it was not delivered (5.1.1)',
      '– was refused for one recipient (550)',
      '– was accepted by the mail server for one recipient',
      'Ben sent it to 2 recipients',
    ]);
  });

  it('is for callers that may use the account, and for auditors', async () => {
    await given(messageReceived());
    for (const caller of [user('ben', 'info'), auditor()]) expect((await shown({}, caller)).items).toHaveLength(1);
    await expect(shown({}, user('cleo', 'sales'))).rejects.toMatchObject({ reason: 'message-not-found' });
    await expect(shown({}, user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked' });
    await expect(shown({}, administrator(), 'other')).rejects.toMatchObject({ reason: 'message-not-found' });
  });

  it('stays after the message was deleted for good, and goes with an erased message and with a removed account', async () => {
    await given(messageReceived(), messagesDeleted(), messageDestroyed());
    expect(await summaries()).toEqual(['deleted it for good', 'deleted it', 'was received in the folder “INBOX”']);
    for (const last of [messageErased(), accountRemoved()]) {
      await under.empty();
      await given(messageReceived(), messagesMarked(), last);
      await expect(shown()).rejects.toMatchObject({ reason: 'message-not-found' });
    }
  });
});
