import { capability, closeAll, mailbox, scripted, serve } from '../../../test/scripted-imap.js';

afterEach(closeAll);

describe('the UIDs of a folder', () => {
  const folder = async (exists: number, answers: Record<string, string>, since: string | null = null) => {
    const settings = await scripted({
      CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'),
      EXAMINE: `* ${exists} EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK`,
      ...answers,
    });
    const imap = await mailbox(settings);
    await imap.open('INBOX');
    return imap.uids(since);
  };
  const dated = (uid: number, day: string) => `* ${uid} FETCH (INTERNALDATE "${day} 10:00:00 +0000" UID ${uid})\r\n`;

  it('come from FETCH where SEARCH is refused or shows less than the server counts', async () => {
    const rows = '* 1 FETCH (UID 4)\r\n* 2 FETCH (UID 7)\r\n* 2 FETCH (FLAGS ())\r\nOK';
    const both = { uids: [4, 7], wanted: [4, 7], unlisted: 0 };
    expect(await folder(2, { 'UID-SEARCH': 'NO no', 'UID-FETCH': rows })).toEqual(both);
    expect(await folder(2, { 'UID-SEARCH': '* SEARCH 7\r\nOK', 'UID-FETCH': rows })).toEqual(both);
    expect(await folder(2, { 'UID-SEARCH': '* SEARCH 7 4 7\r\nOK', 'UID-FETCH': 'NO no' })).toEqual(both);
    expect(await folder(5, { 'UID-SEARCH': '* SEARCH 9\r\nOK', 'UID-FETCH': rows })).toEqual({
      ...{ uids: [4, 7, 9], wanted: [4, 7, 9], unlisted: 2 },
    });
  });

  it('are wanted by the day of FETCH where SEARCH cannot be trusted', async () => {
    const rows = `${dated(4, '31-Jan-2024')}${dated(7, ' 1-Feb-2024')}* 3 FETCH (UID 8)\r\nOK`;
    expect(await folder(3, { 'UID-SEARCH': 'NO no', 'UID-FETCH': rows }, '2024-02-01')).toEqual({
      ...{ uids: [4, 7, 8], wanted: [7, 8], unlisted: 0 },
    });
  });

  it('are searched in pieces, and refused beyond a million', async () => {
    const seen: string[] = [];
    const settings = await serve((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
      socket.on('data', (chunk) => {
        const [tag = '', ...command] = chunk.toString().trim().split(' ');
        if (command[1] === 'SEARCH') seen.push(command.slice(2).join(' '));
        const first = Number(/SEARCH (\d+)/.exec(command.join(' '))?.[1] ?? 0);
        const all = Array.from({ length: first === 100_001 ? 1 : 50_000 }, (_, each) => first + each);
        if (first) socket.write(`* SEARCH ${all.join(' ')}\r\n`);
        if (command[0] === 'EXAMINE') socket.write('* 100001 EXISTS\r\n* OK [UIDVALIDITY 5]\r\n');
        socket.write(`${tag} OK\r\n`);
      });
    });
    const imap = await mailbox(settings);
    await imap.open('INBOX');
    expect((await imap.uids()).uids).toHaveLength(100_001);
    expect(seen).toEqual(['1:50000', '50001:100000', '100001:*']);
    await expect(folder(5_000_000, {})).rejects.toMatchObject({ reason: 'too-many-messages' });
  });

  it('that come without an end close the connection', async () => {
    const line = `* SEARCH ${Array.from({ length: 100_000 }, (_, each) => each + 1).join(' ')}\r\n`;
    await expect(folder(3, { 'UID-SEARCH': `${line.repeat(11)}OK` })).rejects.toMatchObject({
      reason: 'too-many-messages',
    });
    await expect(folder(3, { 'UID-SEARCH': `* SEARCH ${'7 '.repeat(1_100_000)}\r\nOK` })).rejects.toMatchObject({
      name: 'MailServerFailure',
    });
  });
});
