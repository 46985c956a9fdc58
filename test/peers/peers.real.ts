import { ImapFlow } from 'imapflow';
import { type Imap, openMailbox } from '../../src/mail/servers/imap.js';
import { contains } from '../../src/mail/servers/uid-set.js';
import { collect, guard, message } from '../scripted-imap.js';
import type { Peer } from './peer.js';
import { PEERS, START_MS } from './peers.js';

const credentials = { login: 'anna', password: 'secret' };

describe.each(PEERS)('%s', (_, { start, namespace, keepsUidValidity }) => {
  let peer: Peer;
  const opened: Imap[] = [];
  beforeAll(async () => {
    peer = await start(credentials.login, credentials.password);
  }, START_MS);
  afterEach(async () => {
    for (const imap of opened.splice(0)) await imap.close();
  });
  afterAll(() => peer?.stop());

  const connect = async (): Promise<Imap> => {
    const settings = { host: '127.0.0.1', port: peer.port, security: 'none' } as const;
    const imap = await openMailbox(settings, credentials, { guard });
    opened.push(imap);
    return imap;
  };
  const pathOf = (...levels: string[]): string => namespace.prefix + levels.join(namespace.delimiter);
  /** As another mail program; the server makes the folder first. @returns the UIDs */
  const append = async (path: string, ...flags: string[][]): Promise<number[]> => {
    const imap = await connect();
    if (path !== 'INBOX') await imap.createFolder(path);
    const auth = { user: credentials.login, pass: credentials.password };
    const server = { host: '127.0.0.1', port: peer.port, secure: false, doSTARTTLS: false };
    const client = new ImapFlow({ ...server, auth, logger: false });
    await client.connect();
    const uids = [];
    for (const [n, each] of flags.entries()) {
      const appended = await client.append(path, message(n), each);
      uids.push((appended && appended.uid) || 0);
    }
    await client.logout();
    expect(uids).not.toContain(0);
    return uids;
  };
  const flagsIn = async (path: string): Promise<Record<number, string[]>> => {
    const imap = await connect();
    await imap.open(path);
    return Object.fromEntries((await imap.flags()).rows.map(({ uid, flags }) => [uid, flags.toSorted()]));
  };

  it('lists folders, and gives messages byte for byte with flags, sizes and fields', async () => {
    const path = pathOf('Fetched');
    const uids = await append(path, [], ['\\Seen', '\\Flagged'], ['$Forwarded', 'Wazne']);
    const imap = await connect();
    expect(imap).toMatchObject(namespace);
    const { name, selectable, foreign } = (await imap.folders()).find((folder) => folder.path === path)!;
    expect({ name, selectable, foreign }).toEqual({ name: 'Fetched', selectable: true, foreign: false });
    const opened = await imap.open(path);
    expect(opened).toMatchObject({ exists: 3, uidNext: uids.at(-1)! + 1 });
    expect(await imap.uids()).toEqual({ uids, wanted: uids, unlisted: 0 });
    const found = await collect(imap.messages(uids));
    expect(found.map(({ source }) => source.toString())).toEqual([0, 1, 2].map((n) => message(n).toString()));
    const flags = [[], ['\\Flagged', '\\Seen'], ['$Forwarded', 'Wazne']];
    expect(found.map((each) => each.flags.toSorted())).toEqual(flags);
    expect(Object.values(await flagsIn(path))).toEqual(flags);
    expect(await imap.sizes(uids)).toEqual(new Map(uids.map((uid, n) => [uid, message(n).length])));
    const fields = await imap.sentFields([...uids, 9999]);
    expect(fields.map(({ uid, size }) => [uid, size])).toEqual(uids.map((uid, n) => [uid, message(n).length]));
    expect(fields[1]!.header.toString()).toMatch(/^From: Ben <ben@example.org>\r\nMessage-ID: <1@x>\r\n/i);
    const { unseen, ...status } = (await imap.statuses([path, pathOf('Nowhere')])).get(path)!;
    expect([status, unseen]).toEqual([opened, 2]);
  });

  it('marks, moves and removes both ways, and tells news in IDLE', async () => {
    const [source, target] = [pathOf('Both ways'), pathOf('Archiwum ł + ś')];
    const [one, two, three, four] = (await append(source, [], [], [], [])) as [number, number, number, number];
    await append(target);
    const [ours, theirs] = [await connect(), await connect()];
    const before = await ours.open(source, { write: true });
    await theirs.open(source, { write: true });
    const stopping = new AbortController();
    const heard = new Promise<void>((resolve) => {
      void ours.idle(resolve, stopping.signal).catch(() => undefined);
    });
    await theirs.mark([one, four], { add: ['\\Seen', '$Forwarded'] });
    await heard;
    stopping.abort();
    await theirs.mark([four], { add: ['\\Deleted'], remove: ['\\Seen'] });
    const idle = await connect();
    const { highestModseq } = await idle.open(source);
    const asked = before.highestModseq === null ? {} : { since: before.highestModseq, vanished: true };
    const changed = (await idle.flags(asked)).rows.filter(({ flags }) => flags.length > 0);
    expect(changed.map(({ uid, flags }) => [uid, flags.toSorted()])).toEqual([
      [one, ['$Forwarded', '\\Seen']],
      [four, ['$Forwarded', '\\Deleted']],
    ]);
    const mover = await connect();
    await mover.open(source, { write: true });
    const moved = await mover.move([one, two], target);
    expect([...moved!.uids.keys()]).toEqual([one, two]);
    expect(await mover.move([one, two], target)).toBeNull();
    expect(await mover.remove([three])).toBe('expunged');
    expect(Object.values(await flagsIn(target))).toEqual([['$Forwarded', '\\Seen'], []]);
    expect(await flagsIn(source)).toEqual({ [four]: ['$Forwarded', '\\Deleted'] });
    const reader = await connect();
    const after = await reader.open(source);
    if (highestModseq !== null) {
      expect(after.highestModseq! > highestModseq).toBe(true);
      const { vanished } = await reader.flags({ since: highestModseq, vanished: true });
      for (const uid of [one, two, three]) expect(contains(vanished!, uid)).toBe(true);
      expect(contains(vanished!, four)).toBe(false);
    }
  });

  it('creates, renames and removes folders', async () => {
    const imap = await connect();
    const [old, fresh] = [pathOf('Umowy & ś'), pathOf('Kunden', 'Verträge')];
    expect(await imap.createFolder(old)).toBe('created');
    expect(await imap.createFolder(old)).toBe('exists');
    const [uid] = await append(old, ['\\Seen']);
    const { uidValidity } = await imap.open(old, { write: true });
    await imap.createFolder(pathOf('Kunden'));
    await imap.renameFolder(old, fresh);
    await expect(imap.renameFolder(old, fresh)).rejects.toMatchObject({ reason: 'refused-by-server' });
    const paths = (await imap.folders()).map(({ path }) => path);
    expect(paths).toContain(fresh);
    expect(paths).not.toContain(old);
    const renamed = await imap.open(fresh);
    expect(renamed).toMatchObject({ uidNext: uid! + 1, exists: 1 });
    expect(renamed.uidValidity === uidValidity).toBe(keepsUidValidity);
    await imap.removeFolder(fresh);
    await imap.removeFolder(fresh);
    expect((await imap.folders()).map(({ path }) => path)).not.toContain(fresh);
    await expect(imap.open(fresh)).rejects.toMatchObject({ reason: 'refused-by-server' });
  });
});
