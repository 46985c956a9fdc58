import { type Extension } from '../../../test/mail-server/capabilities.js';
import { type MailServer, startMailServer } from '../../../test/mail-server/mail-server.js';
import {
  anna,
  answering,
  capability,
  closeAll,
  login,
  mailbox,
  message,
  scripted,
} from '../../../test/scripted-imap.js';
import type { Imap } from './imap.js';

afterEach(closeAll);

const SELECTED = '* 9 EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK [READ-WRITE] Done';

/** A mailbox with its INBOX open for changes, and the lines that the server gets from then on, without tags. */
async function open(abilities: string[], answers: Record<string, string>): Promise<{ imap: Imap; seen: string[] }> {
  const seen: string[] = [];
  const able: Record<string, string> = {
    CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR', ...abilities),
    SELECT: SELECTED,
    ...answers,
  };
  const settings = await answering((tag, name, _, line) => {
    seen.push(line);
    return `${able[name] ?? 'OK'}\r\n`.replace(/^(OK|NO|BAD)/m, `${tag} $1`);
  });
  const imap = await mailbox(settings);
  await imap.open('INBOX', { write: true });
  seen.splice(0);
  return { imap, seen };
}

const ofUids = (...pairs: [number, number][]) => ({ uidValidity: '8', uids: new Map(pairs) });

describe('a move', () => {
  it('is one MOVE where the server has it, and COPYUID may come before or at the end', async () => {
    for (const answer of ['* OK [COPYUID 8 3,5:6 11:13] Moved\r\nOK', 'OK [COPYUID 8 3,6:5 13:11] Moved']) {
      const { imap, seen } = await open(['MOVE', 'UIDPLUS'], { 'UID-MOVE': answer });
      expect(await imap.move([6, 3, 5], 'Work')).toEqual(ofUids([3, 11], [5, 12], [6, 13]));
      expect(seen).toEqual(['UID MOVE 3,5:6 "Work"']);
    }
  });

  it.each([
    ['none', 'OK Moved'],
    ['one of unequal lengths', 'OK [COPYUID 8 3,5:6 11:12] Moved'],
    ['one that names far more messages', 'OK [COPYUID 8 1:4294967295 1:4294967295] Moved'],
    ['one without numbers', 'OK [COPYUID x 3 y] Moved'],
    ['one without sets', 'OK [COPYUID 8] Moved'],
  ])('tells no new places after %s', async (_, answer) => {
    const { imap } = await open(['MOVE', 'UIDPLUS'], { 'UID-MOVE': answer });
    expect(await imap.move([3, 5, 6], 'Work')).toBeNull();
  });

  it('copies, and removes exactly the copied messages, where the server has no MOVE', async () => {
    const { imap, seen } = await open(['UIDPLUS'], { 'UID-COPY': 'OK [COPYUID 8 3,6 11:12] Copied' });
    expect(await imap.move([3, 5, 6], 'Work')).toEqual(ofUids([3, 11], [6, 12]));
    expect(seen).toEqual(['UID COPY 3,5:6 "Work"', 'UID STORE 3,6 +FLAGS.SILENT (\\Deleted)', 'UID EXPUNGE 3,6']);
  });

  it('only marks where the server has no UIDPLUS: a bare EXPUNGE would remove the mail of others', async () => {
    const { imap, seen } = await open([], {});
    expect(await imap.move([3], 'Work')).toBeNull();
    expect(await imap.remove([4])).toBe('marked');
    expect(seen).toEqual([
      'UID COPY 3 "Work"',
      'UID STORE 3 +FLAGS.SILENT (\\Deleted)',
      'UID STORE 4 +FLAGS.SILENT (\\Deleted)',
    ]);
    await imap.close();
    expect(seen.slice(3)).toEqual(['LOGOUT']);
  });

  it.each([
    ['a quota', 'NO [OVERQUOTA] Mailbox is full', { code: 'OVERQUOTA', detail: 'Mailbox is full. Try again later.' }],
    ['its own reasons', 'NO', { code: null }],
  ])('leaves the messages in place when the copy is refused for %s', async (_, answer, failure) => {
    const { imap, seen } = await open(['UIDPLUS'], { 'UID-COPY': answer });
    await expect(imap.move([3], 'Work')).rejects.toMatchObject({ reason: 'refused-by-server', ...failure });
    expect(seen).toEqual(['UID COPY 3 "Work"']);
    expect(imap.lost).toBe(false);
  });

  it('is tried once more, after NOOP, when another program has just expunged one of the messages', async () => {
    for (const words of ['[EXPUNGEISSUED] Gone', 'Some of the requested messages no longer exist']) {
      const { imap, seen } = await open(['UIDPLUS'], { 'UID-COPY': `NO ${words}` });
      await expect(imap.move([3], 'Work')).rejects.toMatchObject({ code: 'EXPUNGEISSUED' });
      expect(seen).toEqual(['UID COPY 3 "Work"', 'NOOP', 'UID COPY 3 "Work"']);
    }
  });

  it('of very many messages takes several commands', async () => {
    const uids = Array.from({ length: 3000 }, (_, each) => each * 2 + 1);
    const { imap, seen } = await open(['MOVE'], {});
    await imap.move(uids, 'Work');
    expect(seen.length).toBeGreaterThan(1);
    expect(Math.max(...seen.map((line) => line.length))).toBeLessThan(8000);
  });
});

describe('a removal', () => {
  it('expunges nothing when the mark is refused', async () => {
    const { imap, seen } = await open(['UIDPLUS'], { 'UID-STORE': 'NO [NOPERM] Not yours' });
    await expect(imap.remove([3])).rejects.toMatchObject({ reason: 'refused-by-server', code: 'NOPERM' });
    expect(seen).toEqual(['UID STORE 3 +FLAGS.SILENT (\\Deleted)']);
  });
});

describe('a mark', () => {
  it('is refused for a flag that the folder forgets, before anything is sent', async () => {
    const { imap, seen } = await open([], {
      SELECT: `* OK [PERMANENTFLAGS (\\Seen \\Answered $Forwarded)] Limited\r\n${SELECTED}`,
    });
    await expect(imap.mark([3], { add: ['\\Seen', 'Wazne'] })).rejects.toMatchObject({
      reason: 'refused-by-server',
      detail: 'The folder does not keep the flag Wazne. Try again later.',
    });
    expect(seen).toEqual([]);
    await imap.mark([3], { add: ['\\seen', '$forwarded'], remove: ['Wazne'] });
    expect(seen).toEqual(['UID STORE 3 +FLAGS.SILENT (\\seen $forwarded)', 'UID STORE 3 -FLAGS.SILENT (Wazne)']);
  });

  it('throws when the server refuses', async () => {
    const { imap } = await open([], { 'UID-STORE': 'NO Not today' });
    await expect(imap.mark([3], { add: ['\\Seen'] })).rejects.toMatchObject({ detail: 'Not today. Try again later.' });
  });
});

it('a folder that the server opens for reading only is not written to', async () => {
  const settings = await scripted({
    CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'),
    SELECT: '* 9 EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK [READ-ONLY] Done',
  });
  const imap = await mailbox(settings);
  await imap.open('INBOX', { write: true });
  const failure = { reason: 'refused-by-server', code: 'READ-ONLY' };
  await expect(imap.mark([1], { add: ['\\Seen'] })).rejects.toMatchObject(failure);
  await expect(imap.move([1], 'Work')).rejects.toMatchObject(failure);
  await expect(imap.remove([1])).rejects.toMatchObject(failure);
});

describe('our server with fewer extensions', () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await startMailServer({ users: { [login]: anna.password } });
    for (let n = 1; n <= 3; n += 1) server.deliver(login, 'INBOX', message(n), { flags: ['\\Seen'] });
  });
  afterEach(() => server.stop());

  /** INBOX opened for changes after another program marked its first message \Deleted. */
  const without = async (...hidden: Extension[]): Promise<Imap> => {
    for (const extension of hidden) server.faults.hidden.add(extension);
    const inbox = server.account(login).folder('INBOX');
    inbox.setFlags(inbox.messages[0]!, ['\\Deleted']);
    const imap = await mailbox({ host: server.host, port: server.imapPort, security: 'none' });
    await imap.open('INBOX', { write: true });
    return imap;
  };
  const flagsIn = (folder: string) =>
    server
      .account(login)
      .folder(folder)
      .messages.map(({ uid, flags }) => [uid, ...flags]);

  it('moves without MOVE, and leaves the message that another program marked', async () => {
    const imap = await without('MOVE');
    expect(await imap.move([2], 'Trash')).toMatchObject({ uids: new Map([[2, 1]]) });
    expect(flagsIn('Trash')).toEqual([[1, '\\Seen']]);
    expect(flagsIn('INBOX')).toEqual([
      [1, '\\Deleted'],
      [3, '\\Seen'],
    ]);
  });

  it('only marks without UIDPLUS, and nothing expunges at the end', async () => {
    const imap = await without('MOVE', 'UIDPLUS');
    expect(await imap.move([2], 'Trash')).toBeNull();
    expect(await imap.remove([3])).toBe('marked');
    await imap.open('Trash');
    await imap.close();
    expect(flagsIn('Trash')).toEqual([[1, '\\Seen']]);
    expect(flagsIn('INBOX')).toEqual([
      [1, '\\Deleted'],
      [2, '\\Seen', '\\Deleted'],
      [3, '\\Seen', '\\Deleted'],
    ]);
  });

  it('tells all flags without CONDSTORE, and no vanished UIDs without QRESYNC', async () => {
    const imap = await without('QRESYNC');
    const since = 1n;
    expect(await imap.flags({ since, vanished: true })).toMatchObject({ scope: 'changed', vanished: null });
    const less = await without('CONDSTORE', 'LIST-STATUS', 'IDLE');
    expect(less.abilities).toMatchObject({ condstore: false, qresync: false, listStatus: false, idle: false });
    expect(await less.flags({ since, vanished: true })).toMatchObject({ scope: 'all', highestModseq: null });
    expect((await less.statuses(['INBOX'])).get('INBOX')).toMatchObject({ exists: 3, highestModseq: null });
  });

  it.each([
    ['STORE', (imap: Imap) => imap.mark([2], { add: ['\\Flagged'] })],
    ['MOVE', (imap: Imap) => imap.move([2], 'Trash')],
    ['EXPUNGE', (imap: Imap) => imap.remove([2])],
  ])('refuses %s on demand, and the connection stays', async (command, act) => {
    const imap = await without();
    server.faults.refused.add(`${command} INBOX`);
    await expect(act(imap)).rejects.toMatchObject({ reason: 'refused-by-server', code: 'NOPERM' });
    server.faults.refused.clear();
    await act(imap);
  });
});

describe('folders on a server that says little', () => {
  it('exist before CREATE also where the server gives no code', async () => {
    const list = '* LIST () "/" Work\r\nOK';
    const { imap } = await open([], { CREATE: 'NO Mailbox exists', LIST: list });
    expect(await imap.createFolder('Work')).toBe('exists');
    const other = await open([], { CREATE: 'NO Not allowed', LIST: '* LIST () "/" Workshop\r\nOK' });
    await expect(other.imap.createFolder('Work')).rejects.toMatchObject({ detail: 'Not allowed. Try again later.' });
  });

  it('are renamed only while the old name exists and the new one does not', async () => {
    const { imap, seen } = await open([], { LIST: '* LIST () "/" Work\r\nOK' });
    await expect(imap.renameFolder('Gone', 'New')).rejects.toMatchObject({ code: 'NONEXISTENT' });
    await expect(imap.renameFolder('Work', 'Work')).rejects.toMatchObject({ code: 'ALREADYEXISTS' });
    expect(seen).not.toContainEqual(expect.stringMatching(/^RENAME/));
    await imap.renameFolder('Work', 'New');
    expect(seen).toContain('RENAME "Work" "New"');
  });

  it('are removed also when they are gone, and a refusal to remove one that exists is told', async () => {
    const { imap } = await open([], { DELETE: 'NO No such mailbox', LIST: 'OK' });
    await imap.removeFolder('Work');
    const other = await open([], { DELETE: 'NO It has folders below', LIST: '* LIST () "/" Work\r\nOK' });
    await expect(other.imap.removeFolder('Work')).rejects.toMatchObject({
      detail: 'It has folders below. Try again later.',
    });
  });

  it('have a status by STATUS where LIST-STATUS gives none', async () => {
    const { imap, seen } = await open(['LIST-EXTENDED', 'LIST-STATUS'], {
      LIST: '* LIST () "/" "Work"\r\nOK',
      STATUS: '* STATUS work (MESSAGES 3 UIDVALIDITY 7 UIDNEXT x)\r\nOK',
    });
    expect(await imap.statuses(['Work'])).toEqual(
      new Map([['Work', { uidValidity: '7', uidNext: 1, exists: 3, unseen: 0, highestModseq: null }]]),
    );
    expect(seen).toEqual([
      'LIST "" ("Work") RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))',
      'STATUS "Work" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)',
    ]);
  });
});
