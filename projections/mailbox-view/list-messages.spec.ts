import { NO_WORDS } from '../../src/mail/reading/search-words-of-blob.js';
import type { ShownDraft } from '../../src/access/shown-drafts.js';
import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { accountAdded } from '../../test/examples/account-facts.js';
import { administrator, auditor, service, user } from '../../test/examples/callers.js';
import { contactCreated, taskCreated } from '../../test/examples/crm-facts.js';
import { draftBegun } from '../../test/examples/draft-facts.js';
import { erased } from '../../test/examples/erased.js';
import { folderFound } from '../../test/examples/mailbox-facts.js';
import { draftFound, messagePlaced, messageReceived, sentMessageFound } from '../../test/examples/message-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { mailSearch } from '../mail-search/mail-search.js';
import { reading } from '../reading/reading.js';
import { ListMessages, ListMessagesHandler } from './list-messages.js';
import { ListMessagesParameters } from './list-parameters.js';
import { mailboxView } from './mailbox-view.js';
import { Matches } from './matches.js';
import { WantedMessages } from './wanted-messages.js';
import { DraftSearch } from './draft-search.js';
import { WithDrafts } from './with-drafts.js';

const at = (n: number): string => new Date(Date.UTC(2026, 0, n, 9)).toISOString();
const anna = { name: 'Anna Żółć', address: 'anna@example.com' };

const facts = recorded([
  accountAdded(),
  accountAdded({ accountId: 'sales' }),
  folderFound(),
  folderFound({ folderId: 'all-mail', path: 'All Mail' }),
  folderFound({ folderId: 'sales-inbox', accountId: 'sales' }),
  messageReceived({ messageId: 'm1', receivedAt: at(1), seen: true }),
  sentMessageFound({ messageId: 'm2', receivedAt: at(2) }),
  messageReceived({
    messageId: 'm3',
    uid: 3,
    receivedAt: at(3),
    from: anna,
    senderKey: 'key-of-anna',
    subject: 'Invoice',
    attachments: [],
  }),
  draftFound({ messageId: 'm4', receivedAt: at(4), folderId: 'all-mail' }),
  messageReceived({
    messageId: 'm5',
    receivedAt: at(5),
    accountId: 'sales',
    folderId: 'sales-inbox',
    subject: 'Order 8',
  }),
  messageReceived({
    messageId: 'm6',
    uid: 6,
    receivedAt: at(5),
    accountId: 'sales',
    folderId: 'sales-inbox',
    ...erased,
    senderKey: null,
  }),
  messagePlaced({ messageId: 'm1' }),
  messagePlaced({ messageId: 'm1', folderId: 'inbox', uidValidity: '2' }),
  contactCreated(),
  taskCreated({ messageId: 'm1' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  const bodies = {
    sealed: () => Promise.resolve('damaged' as const),
    report: () => Promise.resolve('damaged' as const),
  };
  under = await ProjectionsUnderTest.open(
    mailboxView,
    reading,
    mailSearch(bodies, { searchWords: () => Promise.resolve({ words: NO_WORDS, state: 'read' }) }),
    whoMayDoWhat,
  );
  await under.deliver(facts);
});
afterAll(() => under.close());

const content: ShownDraft = {
  to: [{ name: '', address: 'dora@customer.example' }],
  cc: [],
  subject: 'Half an offer',
  preview: 'Dear Dora',
  text: 'Dear Dora',
  html: null,
  attachments: [{ filename: 'offer.pdf', contentType: 'application/pdf', size: 7, cid: null }],
  savedAt: new Date(at(9)),
  createdBy: 'ben',
  onServer: true,
};
const contents = new Map([['d1', content]]);
const shown = { of: () => Promise.resolve(contents) };
const nothingRead = new Matches(
  { sealed: () => Promise.resolve('damaged') },
  { extract: () => Promise.reject(new Error('reads nothing')) },
);
const list = (parameters: Partial<ListMessagesParameters> = {}, caller = administrator(), accountId?: string) =>
  new ListMessagesHandler(
    under.database,
    new WantedMessages(under.database, under.access, new DraftSearch(under.database, shown)),
    nothingRead,
    new WithDrafts(shown),
  ).execute(new ListMessages(caller, Object.assign(new ListMessagesParameters(), parameters), accountId));
const ids = async (...asked: Parameters<typeof list>): Promise<string[]> =>
  (await list(...asked)).items.map(({ id }) => id);

describe('listed messages', () => {
  it('are shown without their text, with contact and task', async () => {
    const { items } = await list({}, administrator(), 'info');
    expect(items.at(-1)).toEqual({
      id: 'm1',
      accountId: 'info',
      box: 'received',
      folderId: 'inbox',
      messageId: '<order-7@customer.example>',
      threadId: 'thread-1',
      from: { name: 'Dora Diaz', address: 'dora@customer.example' },
      to: [{ name: 'Acme', address: 'info@acme.example' }],
      cc: [],
      replyTo: [],
      subject: 'Order 7',
      date: '2026-01-30T08:59:58.000Z',
      receivedAt: at(1),
      size: 2048,
      seen: true,
      seenByMe: true,
      flagged: false,
      answered: false,
      forwarded: false,
      onServer: true,
      deletedElsewhere: false,
      deletedAt: null,
      preview: 'Dear Acme, where is my order?',
      attachments: [
        {
          index: 0,
          filename: 'order.pdf',
          contentType: 'application/pdf',
          size: 1024,
          inline: false,
          technical: false,
        },
      ],
      contactId: 'dora',
      sending: null,
      createdBy: null,
      taskId: 'task-1',
      parsed: true,
      match: null,
    });
  });

  it('show no personal data of an erased message', async () => {
    const [first] = (await list()).items;
    expect(first).toMatchObject({
      id: 'm6',
      messageId: null,
      from: null,
      to: [],
      subject: null,
      preview: null,
      attachments: [],
    });
  });

  it('are listed newest first, each once over all pages', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['m6', 'm5', 'm3', 'm2', 'm1']);
  });

  it('are filtered by box, folder, read state and time', async () => {
    expect(await ids({ box: 'received' })).toEqual(['m6', 'm5', 'm3', 'm1']);
    expect(await ids({ box: 'sent' })).toEqual(['m2']);
    expect(await ids({ folder: 'INBOX' })).toEqual(['m6', 'm5', 'm3', 'm1']);
    expect(await ids({ folder: 'all-mail' })).toEqual(['m4', 'm1']);
    expect(await ids({ folder: 'All Mail', box: 'received' })).toEqual(['m1']);
    expect(await ids({ folder: 'All Mail', unread: true })).toEqual(['m4']);
    await expect(ids({ folder: 'nowhere' })).rejects.toMatchObject({ reason: 'folder-not-found' });
    expect(await ids({ unread: true }, administrator(), 'info')).toEqual(['m3']);
    expect(await ids({ unread: false })).toEqual(['m2', 'm1']);
    expect(await ids({ since: '2026-01-02', until: '2026-01-03' })).toEqual(['m3', 'm2']);
    expect(await ids({ since: at(2), until: at(3) })).toEqual(['m2']);
  });

  it('are found by words and sender, together with the other filters', async () => {
    expect(await ids({ q: 'order' })).toEqual(['m5', 'm2', 'm1']);
    expect(await ids({ q: 'ORD 7' })).toEqual(['m2', 'm1']);
    expect(await ids({ q: 'order', box: 'sent' })).toEqual(['m2']);
    expect(await ids({ q: 'order', folder: 'all-mail' })).toEqual(['m4', 'm1']);
    expect(await ids({ q: 'order', folder: 'inbox' })).toEqual(['m1']);
    expect(await ids({ q: 'order', unread: true })).toEqual(['m5']);
    expect(await ids({ q: 'zolc' })).toEqual(['m3']);
    expect(await ids({ from: 'ANNA@example.com' })).toEqual(['m3']);
    expect(await ids({ from: 'anna@example.co' })).toEqual([]);
    expect(await ids({ from: 'dora' })).toEqual(['m5', 'm1']);
    expect(await ids({ q: '?!' })).toEqual([]);
    expect(await ids({ q: ' ' })).toHaveLength(5);
    const page = await list({ q: 'order', limit: 1 });
    expect(await ids({ q: 'order', limit: 1, cursor: page.next! })).toEqual(['m2']);
  });
});

describe('a caller', () => {
  it('sees the mail of the accounts that the caller may use', async () => {
    expect(await ids({}, user('ben', 'sales'))).toEqual(['m6', 'm5']);
    expect(await ids({ q: 'order' }, user('ben', 'sales'))).toEqual(['m5']);
    await expect(ids({ folder: 'inbox' }, user('ben', 'sales'))).rejects.toMatchObject({ reason: 'folder-not-found' });
    expect(await ids({}, user('ben', 'sales', 'info'))).toEqual(await ids());
    expect(await ids({ q: 'order' }, user('ben', 'sales', 'info'))).toEqual(['m5', 'm2', 'm1']);
    expect(await ids({}, user('ben', 'sales'), 'sales')).toEqual(['m6', 'm5']);
    expect(await ids({}, service('administrator'))).toEqual(await ids());
  });

  it('learns nothing about other accounts', async () => {
    await expect(list({}, user('ben', 'sales'), 'info')).rejects.toMatchObject({
      reason: 'account-not-found',
      kind: 'not-found',
    });
    await expect(list({}, administrator(), 'never')).rejects.toMatchObject({
      reason: 'account-not-found',
      kind: 'not-found',
    });
  });

  it('is refused as an auditor and without the mail module', async () => {
    await expect(list({}, auditor())).rejects.toMatchObject({ reason: 'auditors-do-not-read-mail', kind: 'forbidden' });
    await expect(list({}, auditor(), 'info')).rejects.toMatchObject({ reason: 'auditors-do-not-read-mail' });
    await expect(list({}, user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(list({}, user('dan'), 'info')).rejects.toMatchObject({ reason: 'mail-module-locked' });
  });
});

describe('a draft of this service', () => {
  it('is listed with the content that no fact has, and left out once it has ended', async () => {
    await under.deliver(
      recorded([
        draftBegun({ accountId: 'drafting', draftId: 'd1' }),
        draftBegun({ accountId: 'drafting', draftId: 'd2' }),
      ]),
    );
    const { items } = await list({ box: 'draft' }, administrator());
    expect(items.filter(({ accountId }) => accountId === 'drafting')).toMatchObject([
      {
        id: 'd1',
        box: 'draft',
        threadId: 'thread-1',
        subject: 'Half an offer',
        preview: 'Dear Dora',
        to: [{ address: 'dora@customer.example' }],
        attachments: [{ index: 0, filename: 'offer.pdf', size: 7, inline: false }],
        createdBy: 'ben',
        onServer: true,
        deletedElsewhere: false,
      },
    ]);
  });
});
