import { ImapFlow } from 'imapflow';
import { startDovecot } from '../../../test/dovecot.js';
import { startMailServer } from '../../../test/mail-server/mail-server.js';
import { anna, closeAll, login, mailbox, message } from '../../../test/scripted-imap.js';
import type { Imap } from './imap.js';

afterEach(closeAll);

const REFUSED = { name: 'MailServerFailure', reason: 'refused-by-server' };

describe.each([
  ['Dovecot', () => startDovecot()],
  ['our server', () => startMailServer({ users: { [login]: anna.password } })],
])('two-way mail on %s', (_, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const connect = (): Promise<Imap> => mailbox({ host: '127.0.0.1', port: server.imapPort, security: 'none' });
  const deliver = async (folder: string, count: number, flags: string[] = []): Promise<number[]> => {
    const uids = [];
    for (let n = 1; n <= count; n += 1) uids.push(await server.deliver(login, folder, message(n), { flags }));
    return uids;
  };
  const writable = async (folder: string): Promise<Imap> => {
    const imap = await connect();
    await imap.open(folder, { write: true });
    return imap;
  };
  const flagsIn = async (folder: string): Promise<Record<number, string[]>> => {
    const imap = await connect();
    await imap.open(folder);
    return Object.fromEntries((await imap.flags()).rows.map(({ uid, flags }) => [uid, flags.toSorted()]));
  };

  it('marks many messages in one command, and leaves the other flags', async () => {
    const [one, two, three] = (await deliver('Marked', 3, ['\\Flagged', 'Wazne'])) as [number, number, number];
    const imap = await writable('Marked');
    await imap.mark([one, three], { add: ['\\Seen', '$Forwarded'], remove: ['Wazne', '\\Draft'] });
    const marked = ['$Forwarded', '\\Flagged', '\\Seen'];
    expect(await flagsIn('Marked')).toEqual({ [one]: marked, [two]: ['Wazne', '\\Flagged'], [three]: marked });
    await imap.mark([one, three, 99_999], { add: ['\\Seen', '$Forwarded'], remove: ['Wazne'] });
    await imap.mark([99_999], { add: ['\\Seen'] });
    await imap.mark([], { add: ['\\Seen'] });
    expect(await flagsIn('Marked')).toEqual({ [one]: marked, [two]: ['Wazne', '\\Flagged'], [three]: marked });
  });

  it('refuses to mark in a folder opened for reading, and flags that are none', async () => {
    const [uid] = (await deliver('Read only', 1)) as [number];
    const imap = await connect();
    await imap.open('Read only');
    await expect(imap.mark([uid], { add: ['\\Seen'] })).rejects.toMatchObject(REFUSED);
    await expect(imap.mark([uid], { remove: ['\\Seen'] })).rejects.toMatchObject(REFUSED);
    await expect(imap.move([uid], 'INBOX')).rejects.toMatchObject(REFUSED);
    await expect(imap.remove([uid])).rejects.toMatchObject(REFUSED);
    await imap.open('Read only', { write: true });
    for (const flag of ['a b', 'a\r\nA LOGOUT', '', '\\', 'ł', 'a)', '"'])
      await expect(imap.mark([uid], { add: [flag] })).rejects.toMatchObject(REFUSED);
    expect(imap.keepsFlag('$Forwarded') && imap.keepsFlag('\\Answered')).toBe(true);
    expect(imap.keepsFlag('\\Invented')).toBe(false);
    expect(await flagsIn('Read only')).toEqual({ [uid]: [] });
  });

  it('moves messages and tells their new places; a repetition does no harm', async () => {
    const uids = await deliver('From', 3, ['\\Seen']);
    await deliver('Umowy & "Łódź"', 1);
    const imap = await writable('From');
    const moved = await imap.move([uids[0]!, uids[2]!], 'Umowy & "Łódź"');
    expect([...(moved?.uids ?? [])]).toEqual([
      [uids[0], 2],
      [uids[2], 3],
    ]);
    const target = await connect();
    expect(moved?.uidValidity).toBe((await target.open('Umowy & "Łódź"')).uidValidity);
    expect(await imap.move([uids[0]!, uids[2]!], 'Umowy & "Łódź"')).toBeNull();
    expect(await flagsIn('Umowy & "Łódź"')).toEqual({ 1: [], 2: ['\\Seen'], 3: ['\\Seen'] });
    expect(await flagsIn('From')).toEqual({ [uids[1]!]: ['\\Seen'] });
    await expect(imap.move([uids[1]!], 'Nowhere')).rejects.toMatchObject({ ...REFUSED, code: 'TRYCREATE' });
    expect(await flagsIn('From')).toEqual({ [uids[1]!]: ['\\Seen'] });
  });

  it('marks, moves and removes the others when another program has just expunged one of the messages', async () => {
    const [one, two, three, four] = (await deliver('Expunged', 4)) as [number, number, number, number];
    const [imap, other] = [await writable('Expunged'), await writable('Expunged')];
    await other.remove([one]);
    await imap.mark([one, two], { add: ['\\Seen'] });
    await other.remove([two]);
    expect((await imap.move([two, three], 'Trash'))?.uids.size).toBe(1);
    await imap.remove([three, four]);
    expect(await flagsIn('Expunged')).toEqual({});
    expect(Object.values(await flagsIn('Trash'))).toEqual([[]]);
  });

  it('removes exactly the given messages: one that another program marked \\Deleted survives', async () => {
    const [one, two] = (await deliver('Removed', 3)) as [number, number];
    const other = await writable('Removed');
    await other.mark([one], { add: ['\\Deleted'] });
    const imap = await writable('Removed');
    expect(await imap.remove([two])).toBe('expunged');
    expect(await imap.remove([two])).toBe('expunged');
    expect(await flagsIn('Removed')).toEqual({ [one]: ['\\Deleted'], [two + 1]: [] });
    await imap.move([two + 1], 'INBOX');
    await imap.close();
    expect(await flagsIn('Removed')).toEqual({ [one]: ['\\Deleted'] });
  });

  it('creates, renames and removes folders with any name', async () => {
    const imap = await connect();
    for (const name of ['Żółć', 'R&D "x" \\ y', 'Plain']) {
      expect(await imap.createFolder(name)).toBe('created');
      expect(await imap.createFolder(name)).toBe('exists');
      await imap.renameFolder(name, `${name} 2${imap.delimiter}Sub`);
      const paths = (await imap.folders()).map(({ path }) => path);
      expect(paths).toContain(`${name} 2${imap.delimiter}Sub`);
      expect(paths).not.toContain(name);
      await imap.removeFolder(`${name} 2${imap.delimiter}Sub`);
      await imap.removeFolder(`${name} 2${imap.delimiter}Sub`);
      expect((await imap.folders()).map(({ path }) => path)).not.toContain(`${name} 2${imap.delimiter}Sub`);
    }
    expect(imap).toMatchObject({ prefix: '', delimiter: '/' });
  });

  it('keeps the mail of a renamed folder, also one that is open, and its UIDs', async () => {
    const [uid] = (await deliver('Renamed', 1)) as [number];
    const imap = await writable('Renamed');
    const { uidValidity } = await imap.open('Renamed', { write: true });
    await imap.renameFolder('Renamed', 'New name');
    expect(await imap.open('New name')).toMatchObject({ uidValidity, uidNext: uid + 1, exists: 1 });
    await imap.removeFolder('New name');
    await expect(imap.open('New name')).rejects.toMatchObject(REFUSED);
    await expect(imap.renameFolder('Renamed', 'Another')).rejects.toMatchObject(REFUSED);
  });

  it('keeps subscriptions to renamed folders, and makes none', async () => {
    const imap = await connect();
    for (const name of ['Kept', 'Kept/Sub ł', 'Kept/Hidden', 'Kept too']) await imap.createFolder(name);
    const auth = { user: login, pass: anna.password };
    const other = new ImapFlow({
      ...{ host: '127.0.0.1', port: server.imapPort, secure: false, doSTARTTLS: false, auth, logger: false },
    });
    await other.connect();
    await other.mailboxUnsubscribe('Kept/Hidden');
    await imap.renameFolder('Kept', 'Moved');
    const listed = await other.list();
    const subscribed = listed.filter((folder) => folder.subscribed && /^(Kept|Moved)/.test(folder.path));
    expect(subscribed.map(({ path }) => path).sort()).toEqual(['Kept too', 'Moved', 'Moved/Sub ł']);
    await other.logout();
  });

  it('sends no second command in a name', async () => {
    const imap = await connect();
    const before = await imap.folders();
    for (const name of ['a\r\nA CREATE injected', 'a\nb', 'a\0b', '']) {
      await expect(imap.createFolder(name)).rejects.toMatchObject(REFUSED);
      await expect(imap.renameFolder(name, 'x')).rejects.toMatchObject(REFUSED);
      await expect(imap.removeFolder(name)).rejects.toMatchObject(REFUSED);
      expect(await imap.statuses([name])).toEqual(new Map());
    }
    expect(await imap.folders()).toEqual(before);
  });

  it('tells the status of many folders, without those that are not there', async () => {
    await deliver('Status ł', 3, ['\\Seen']);
    await deliver('Status ł', 2);
    await deliver('Status *', 1);
    const imap = await connect();
    const names = Array.from({ length: 300 }, (_, each) => `A folder with quite a long name, number ${each}`);
    const found = await imap.statuses(['Status ł', 'Nowhere', 'Status *', 'INBOX', 'Status ł', ...names]);
    expect([...found.keys()].sort()).toEqual(['INBOX', 'Status *', 'Status ł']);
    const { highestModseq, ...opened } = await imap.open('Status ł');
    expect(found.get('Status ł')).toEqual({ ...opened, unseen: 2, highestModseq });
    expect(found.get('Status *')).toMatchObject({ exists: 1, unseen: 1, uidNext: 2 });
  });

  it('tells size and header fields of messages', async () => {
    const [uid] = (await deliver('Fields', 1)) as [number];
    const bare = await server.deliver(login, 'Fields', Buffer.from('Subject: x\r\n\r\ny\r\n'));
    const long = await server.deliver(login, 'Fields', Buffer.from(`From: ${'a\r\n '.repeat(50_000)}b\r\n\r\ny\r\n`));
    const imap = await connect();
    await imap.open('Fields');
    const rows = await imap.sentFields([uid, bare, long, 99_999]);
    expect(rows.map((row) => row.uid)).toEqual([uid, bare, long]);
    expect(rows[0]).toMatchObject({ size: message(1).length });
    expect(rows[0]!.header.toString()).toMatch(/^From: Ben <ben@example.org>\r\nMessage-ID: <1@x>\r\n/i);
    expect(rows[1]!.header.toString().trim()).toBe('');
    expect(rows[2]!.header).toHaveLength(64 * 1024);
  });
});
