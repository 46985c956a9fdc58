import { startDovecot } from '../../../test/dovecot.js';
import { startMailServer } from '../../../test/mail-server/mail-server.js';
import { anna, capability, closeAll, login, mailbox, message, scripted, serve } from '../../../test/scripted-imap.js';
import type { Imap } from './imap.js';
import type { FlagsAsked, ListedFlags } from './imap-flags.js';

afterEach(closeAll);

describe.each([
  ['Dovecot', () => startDovecot()],
  ['our server', () => startMailServer({ users: { [login]: anna.password } })],
])('the flags of a folder on %s', (_, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  const connect = (): Promise<Imap> => mailbox({ host: '127.0.0.1', port: server.imapPort, security: 'none' });

  it('come for all messages, then for the changed ones, with the UIDs that vanished', async () => {
    for (let n = 1; n <= 6; n += 1) await server.deliver(login, 'Changing', message(n));
    const [imap, other] = [await connect(), await connect()];
    expect(imap.abilities).toMatchObject({ condstore: true, qresync: true, listStatus: true, move: true });
    const opened = await imap.open('Changing');
    const all = await imap.flags();
    expect(all).toMatchObject({ scope: 'all', vanished: null, highestModseq: opened.highestModseq });
    expect(all.rows).toEqual([1, 2, 3, 4, 5, 6].map((uid) => ({ uid, flags: [] })));
    await other.open('Changing', { write: true });
    await other.mark([2, 3], { add: ['\\Seen', 'Wazne'] });
    await other.remove([1, 5, 6]);
    await server.deliver(login, 'Changing', message(7));
    const { highestModseq } = await imap.open('Changing');
    expect(highestModseq! > opened.highestModseq!).toBe(true);
    const since = opened.highestModseq!;
    const changed = await imap.flags({ since, vanished: true });
    expect(changed).toEqual({
      rows: [
        { uid: 2, flags: ['\\Seen', 'Wazne'] },
        { uid: 3, flags: ['\\Seen', 'Wazne'] },
        { uid: 7, flags: [] },
      ],
      scope: 'changed',
      vanished: [
        [1, 1],
        [5, 6],
      ],
      highestModseq,
    });
    expect(await imap.flags({ since })).toMatchObject({ scope: 'changed', vanished: null });
    expect(await imap.flags({ since: highestModseq!, vanished: true })).toMatchObject({ rows: [], vanished: [] });
    expect((await imap.statuses(['Changing'])).get('Changing')).toMatchObject({ highestModseq, exists: 4, unseen: 2 });
  });

  it('tell that the last message vanished', async () => {
    const uid = await server.deliver(login, 'Emptied', message(1));
    const imap = await connect();
    const { highestModseq } = await imap.open('Emptied', { write: true });
    await imap.remove([uid]);
    const reader = await connect();
    await reader.open('Emptied');
    expect(await reader.flags({ since: highestModseq!, vanished: true })).toMatchObject({
      rows: [],
      vanished: [[uid, uid]],
    });
    expect(await reader.flags()).toMatchObject({ rows: [], vanished: null });
  });

  it('leave out messages that vanish while a folder is open', async () => {
    const uids = [];
    for (let n = 1; n <= 4; n += 1) uids.push(await server.deliver(login, 'Vanishing', message(n)));
    const [imap, other] = [await connect(), await connect()];
    await imap.open('Vanishing');
    await other.open('Vanishing', { write: true });
    await other.remove(uids.slice(1));
    expect((await imap.flags()).rows).toEqual([{ uid: 1, flags: [] }]);
    expect((await imap.flags()).rows).toEqual([{ uid: 1, flags: [] }]);
    expect(await imap.uids()).toEqual({ uids: [1], wanted: [1], unlisted: 0 });
  });
});

describe('the flags of a folder', () => {
  const on = async (
    rows: string,
    { exists = 3, abilities = ['CONDSTORE', 'QRESYNC', 'ENABLE'], opened = '* OK [HIGHESTMODSEQ 90]' } = {},
    asked: FlagsAsked = {},
  ): Promise<ListedFlags> => {
    const settings = await scripted({
      CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR', ...abilities),
      ENABLE: '* ENABLED CONDSTORE QRESYNC\r\nOK',
      EXAMINE: `* ${exists} EXISTS\r\n* OK [UIDVALIDITY 5]\r\n${opened}\r\nOK`,
      'UID-FETCH': `${rows}OK`,
    });
    const imap = await mailbox(settings);
    await imap.open('INBOX');
    return imap.flags(asked);
  };
  const row = (uid: number | string, ...flags: string[]) => `* 1 FETCH (UID ${uid} FLAGS (${flags.join(' ')}))\r\n`;

  it('come each once, ascending, in the usual spelling, the latest row of a message last', async () => {
    const rows = [row(9, '\\SEEN', '\\Recent', '\\seen'), row(4, '$FORWARDED'), row(9, 'wazne')];
    const odd = ['* 1 FETCH (FLAGS (\\Seen))\r\n', '* 1 FETCH (UID 7)\r\n', row('x'), row(0), '* 2 FETCH NIL\r\n'];
    expect((await on([...rows, ...odd].join(''))).rows).toEqual([
      { uid: 4, flags: ['$Forwarded'] },
      { uid: 9, flags: ['wazne'] },
    ]);
  });

  it('come for all messages where the server or the folder has no mod-sequences', async () => {
    const all = { scope: 'all', vanished: null };
    const asked = { since: 80n, vanished: true };
    expect(await on(row(4), { abilities: [] }, asked)).toMatchObject({ ...all, rows: [{ uid: 4, flags: [] }] });
    expect(await on(row(4), { opened: '* OK [NOMODSEQ] no' }, asked)).toMatchObject({ ...all, highestModseq: null });
    expect(await on(row(4), { opened: '* OK nothing' }, asked)).toMatchObject({ ...all, highestModseq: null });
    expect(await on(row(4), { abilities: ['CONDSTORE'] }, asked)).toMatchObject({ scope: 'changed', vanished: null });
  });

  it('come with every line about vanished messages', async () => {
    const lines = '* VANISHED (EARLIER) 1:3,9\r\n* VANISHED 4\r\n';
    expect(await on(lines, {}, { since: 80n, vanished: true })).toMatchObject({
      rows: [],
      vanished: [
        [1, 4],
        [9, 9],
      ],
    });
  });

  it('come without vanished UIDs when one of the lines about them cannot be read', async () => {
    for (const line of ['* VANISHED (EARLIER) x\r\n', '* VANISHED\r\n', '* VANISHED (EARLIER) 1:*\r\n'])
      expect(await on(`* VANISHED (EARLIER) 1:3\r\n${line}`, {}, { since: 80n, vanished: true })).toMatchObject({
        vanished: null,
      });
  });

  it('are not asked for in an empty folder, and refused beyond a million', async () => {
    expect(await on(row(4), { exists: 0 })).toMatchObject({ rows: [] });
    await expect(on('', { exists: 5_000_000 })).rejects.toMatchObject({ reason: 'too-many-messages' });
  });

  it('that come without an end close the connection', async () => {
    const settings = await serve((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
      socket.on('data', (chunk) => {
        const [tag = '', name = ''] = chunk.toString().trim().split(' ');
        const flood = (): void => {
          while (!socket.destroyed && socket.write(`* 1 FETCH (UID 7 FLAGS (${'x '.repeat(20_000)}y))\r\n`));
          socket.once('drain', flood);
        };
        if (name === 'UID') flood();
        else socket.write(`* 3 EXISTS\r\n* OK [UIDVALIDITY 5]\r\n${tag} OK\r\n`);
      });
    });
    const imap = await mailbox(settings);
    await imap.open('INBOX');
    await expect(imap.flags()).rejects.toMatchObject({ name: 'MailServerFailure' });
    expect(imap.lost).toBe(true);
  });
});
