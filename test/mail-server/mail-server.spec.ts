import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ImapFlow, type FetchMessageObject, type FetchQueryObject } from 'imapflow';
import { startDovecot } from '../dovecot.js';
import { demoMessages, type DemoMessage } from '../../demo/messages.js';
import { startMailServer } from './mail-server.js';

const user = 'anna@example.test';
const users = { [user]: 'secret' };

interface TestedServer {
  host: string;
  imapPort: number;
  deliver(
    user: string,
    folder: string,
    raw: Buffer,
    options?: { flags?: string[]; internalDate?: Date },
  ): Promise<number> | number;
  stop(): Promise<void>;
}

const open: ImapFlow[] = [];

async function connect({ host, imapPort }: TestedServer, pass = 'secret'): Promise<ImapFlow> {
  const client = new ImapFlow({
    host,
    port: imapPort,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass },
    logger: false,
  });
  client.on('error', () => undefined);
  open.push(client);
  await client.connect();
  return client;
}

async function fetchAll(client: ImapFlow, folder: string, query: FetchQueryObject): Promise<FetchMessageObject[]> {
  await client.mailboxOpen(folder);
  return client.fetchAll('1:*', query);
}

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

describe.each<[string, () => Promise<TestedServer>]>([
  ['our server', () => startMailServer({ users })],
  ['Dovecot', () => startDovecot({ users })],
])('%s', (_, start) => {
  let server: TestedServer;
  beforeAll(async () => {
    server = await start();
    for (const { folder, raw, flags, internalDate } of demoMessages)
      await server.deliver(user, folder, raw, { flags, internalDate });
  });
  afterAll(() => server.stop());

  it('refuses a wrong password', async () => {
    await expect(connect(server, 'wrong')).rejects.toMatchObject({ authenticationFailed: true });
  });

  it('lists the folders with their roles', async () => {
    const folders = await (await connect(server)).list();
    expect(Object.fromEntries(folders.map(({ path, specialUse }) => [path, specialUse]))).toMatchObject({
      INBOX: '\\Inbox',
      Sent: '\\Sent',
      Drafts: '\\Drafts',
      Trash: '\\Trash',
      Junk: '\\Junk',
    });
    expect(folders.every(({ subscribed, delimiter }) => subscribed && delimiter === '/')).toBe(true);
  });

  it.each(['INBOX', 'Sent', 'Drafts', 'Junk', 'Trash'])('serves the messages delivered to %s', async (folder) => {
    const found = await fetchAll(await connect(server), folder, {
      source: true,
      flags: true,
      internalDate: true,
      size: true,
    });
    const delivered = demoMessages.filter((message) => message.folder === folder);
    expect(found.length).toBe(delivered.length);
    for (const [index, { raw, flags, internalDate, name }] of delivered.entries()) {
      const message = found[index] as FetchMessageObject;
      expect({ name, same: message.source?.equals(raw), size: message.size }).toEqual({
        name,
        same: true,
        size: raw.length,
      });
      expect(stored(message)).toEqual([...flags].sort());
      expect(new Date(message.internalDate as Date)).toEqual(internalDate);
    }
  });

  it('does not set \\Seen when a client peeks', async () => {
    const client = await connect(server);
    await client.mailboxCreate('Peeked');
    const uid = await server.deliver(user, 'Peeked', letter('peek').raw);
    await fetchAll(client, 'Peeked', { source: true, bodyParts: ['1', 'header', 'text'], headers: true });
    expect((await fetchAll(client, 'Peeked', { flags: true }))[0]?.flags?.has('\\Seen')).toBe(false);
    expect(
      (await client.status('Peeked', { unseen: true, messages: true, uidNext: true, uidValidity: true })) || {},
    ).toMatchObject({
      unseen: 1,
      messages: 1,
      uidNext: uid + 1,
    });
  });

  it('sends parts of a message', async () => {
    const client = await connect(server);
    const index = inbox.findIndex(({ name }) => name.startsWith('Two hundred'));
    const raw = (inbox[index] as DemoMessage).raw;
    await client.mailboxOpen('INBOX');
    const fetched = await client.fetchOne(String(index + 1), {
      source: { start: 1000, maxLength: 5000 },
      headers: ['subject'],
      bodyParts: ['1'],
    });
    const message = fetched as FetchMessageObject;
    expect(message.source?.equals(raw.subarray(1000, 6000))).toBe(true);
    expect(message.headers?.toString()).toBe('Subject: Pliki do druku\r\n\r\n');
    expect(message.bodyParts?.get('1')?.toString()).toBe('Pliki do druku w za=C5=82=C4=85czeniu.\r\n');
  });

  it('sends an attachment that the client decodes', async () => {
    const client = await connect(server);
    const index = inbox.findIndex(({ name }) => name.startsWith('One PDF'));
    await client.mailboxOpen('INBOX');
    const { content, meta } = await client.download(String(index + 1), '2');
    expect(meta?.filename).toBe('invoice-2026-0310.pdf');
    expect((await buffer(content as Readable)).toString()).toMatch(/^%PDF-1.4[^]*%%EOF\n$/);
  });

  it.each<[string, Parameters<ImapFlow['search']>[0], (message: DemoMessage) => boolean]>([
    ['everything', { all: true }, () => true],
    ['unseen', { seen: false }, ({ flags }) => !flags.includes('\\Seen')],
    ['flagged', { flagged: true }, ({ flags }) => flags.includes('\\Flagged')],
    ['since a day', { since: new Date('2026-03-12') }, ({ internalDate }) => internalDate >= new Date('2026-03-12')],
    ['by Message-ID', { header: { 'message-id': '<reklamacja' } }, () => false],
    [
      'not in a thread',
      { not: { header: { references: '' } } },
      ({ raw }) => !/^References:/m.test(raw.toString('latin1')),
    ],
  ])('finds %s', async (_name, query, wanted) => {
    const client = await connect(server);
    await client.mailboxOpen('INBOX');
    const uids = inbox.flatMap((message, index) => (wanted(message) ? [index + 1] : []));
    expect(await client.search(query, { uid: true })).toEqual(uids);
    if (uids.length > 0)
      expect(await client.search({ ...query, uid: `${uids.at(-1)}:*` }, { uid: true })).toContain(uids.at(-1));
  });

  it('appends, flags, copies, moves and expunges', async () => {
    const client = await connect(server);
    for (const name of ['Work', 'Work/Żurawina', 'Other']) await client.mailboxCreate(name);
    const first = await client.append(
      'Work/Żurawina',
      letter('one').raw,
      ['\\Seen', 'Wazne'],
      new Date('2026-01-02T03:04:05Z'),
    );
    const second = await client.append('Work/Żurawina', letter('two').raw);
    expect([first, second]).toMatchObject([{ uid: 1 }, { uid: 2 }]);
    await client.mailboxOpen('Work/Żurawina');
    expect(await client.messageFlagsAdd('1', ['\\Flagged'], { uid: true })).toBe(true);
    expect(await client.messageFlagsRemove('1', ['\\Seen'], { uid: true })).toBe(true);
    const [flagged] = await client.fetchAll('1', { flags: true }, { uid: true });
    expect(stored(flagged)).toEqual(['Wazne', '\\Flagged']);
    expect(await client.messageCopy('1:2', 'Other', { uid: true })).toMatchObject({
      uidMap: new Map([
        [1, 1],
        [2, 2],
      ]),
    });
    expect(await client.messageMove('1', 'Other', { uid: true })).toMatchObject({ uidMap: new Map([[1, 3]]) });
    expect(await client.messageDelete('2', { uid: true })).toBe(true);
    expect(await fetchAll(client, 'Work/Żurawina', { uid: true })).toEqual([]);
    expect((await fetchAll(client, 'Other', { uid: true, internalDate: true })).map(({ uid }) => uid)).toEqual([
      1, 2, 3,
    ]);
  });

  it('refuses to append to a missing folder with TRYCREATE', async () => {
    const client = await connect(server);
    await expect(client.append('Nowhere', letter('lost').raw)).rejects.toMatchObject({
      serverResponseCode: 'TRYCREATE',
    });
  });

  it('renames folders with their subfolders, and deletes folders', async () => {
    const client = await connect(server);
    for (const name of ['Old', 'Old/Inside']) await client.mailboxCreate(name);
    await client.mailboxRename('Old', 'New');
    const paths = (await client.list()).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['New', 'New/Inside']));
    expect(paths).not.toContain('Old');
    await client.mailboxDelete('New/Inside');
    expect((await client.list()).map(({ path }) => path)).not.toContain('New/Inside');
  });

  it('sends arrivals and removals to a client in IDLE', async () => {
    const [idle, other] = [await connect(server), await connect(server)];
    await idle.mailboxCreate('Pushed');
    await idle.mailboxOpen('Pushed');
    const arrived = new Promise((resolve) => idle.once('exists', resolve));
    const removed = new Promise((resolve) => idle.once('expunge', resolve));
    void idle.idle();
    await server.deliver(user, 'Pushed', letter('push').raw);
    expect(await arrived).toMatchObject({ path: 'Pushed', count: 1, prevCount: 0 });
    await other.mailboxOpen('Pushed');
    await other.messageDelete('1');
    expect(await removed).toMatchObject({ path: 'Pushed', seq: 1 });
  });

  it('gives a folder created again under an old name another UIDVALIDITY', async () => {
    const client = await connect(server);
    const validity = async () => {
      await client.mailboxCreate('Again');
      const { uidValidity } = await client.mailboxOpen('Again');
      await client.mailboxClose();
      await client.mailboxDelete('Again');
      return uidValidity;
    };
    expect(await validity()).not.toBe(await validity());
  });
});

const inbox = demoMessages.filter(({ folder }) => folder === 'INBOX');
/** The flags without \Recent, which belongs to the session, RFC 3501 section 2.3.2. */
const stored = (message?: FetchMessageObject) =>
  [...(message?.flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
const letter = (subject: string) => ({
  raw: Buffer.from(`From: ben@example.com\r\nSubject: ${subject}\r\n\r\n${subject}\r\n`),
});
