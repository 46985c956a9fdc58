import { connect } from 'node:net';
import { type Dovecot, startDovecot } from '../../../test/dovecot.js';
import {
  capability,
  closeAll,
  collect,
  login,
  mailbox,
  message,
  scripted,
  serve,
} from '../../../test/scripted-imap.js';
import type { ServerSettings } from './servers.js';

let dovecot: Dovecot;

beforeAll(async () => {
  dovecot = await startDovecot({ tls: true });
});
afterEach(closeAll);
afterAll(() => dovecot.stop());

const plain = (): ServerSettings => ({ host: '127.0.0.1', port: dovecot.imapPort, security: 'none' });

describe('a mailbox on Dovecot', () => {
  it('lists folders with their roles, by SPECIAL-USE and by usual names', async () => {
    await dovecot.deliver(login, 'Archiwum', message(1));
    await dovecot.deliver(login, 'Klienci/Łódź & "spółka"', message(1));
    const folders = await (await mailbox(plain())).folders();
    const role = (path: string) => folders.find((folder) => folder.path === path)?.role;
    expect(['INBOX', 'Sent', 'Drafts', 'Trash', 'Junk', 'Archiwum'].map(role)).toEqual([
      'inbox',
      'sent',
      'drafts',
      'trash',
      'junk',
      'archive',
    ]);
    expect(folders.find(({ name }) => name === 'Łódź & "spółka"')).toMatchObject({
      role: null,
      selectable: true,
      delimiter: '/',
    });
    expect(folders.find(({ path }) => path === 'Klienci')?.selectable ?? false).toBe(false);
  });

  it('fetches messages byte for byte with flags and dates, describes a message, and sets no flag', async () => {
    const internalDate = new Date('2024-05-03T10:11:12Z');
    const uid = await dovecot.deliver(login, 'Bytes', message(7), { flags: ['\\Flagged'], internalDate });
    const imap = await mailbox(plain());
    const folder = await imap.open('Bytes');
    expect(folder).toMatchObject({ exists: 1, uidNext: uid + 1 });
    expect(folder.uidValidity).toMatch(/^\d+$/);
    const [found] = await collect(imap.messages([uid]));
    expect(found).toMatchObject({ uid, flags: ['\\Flagged'], internalDate });
    expect(found?.source.equals(message(7))).toBe(true);
    expect(await imap.described(uid)).toMatchObject({
      uid,
      flags: ['\\Flagged'],
      internalDate,
      envelope: { subject: 'Number 7', messageId: '<7@x>' },
      structure: { type: 'text/plain' },
    });
    expect(await imap.described(uid + 1)).toBeNull();
  });

  it('fetches many messages, each once, and leaves out UIDs that the server does not list', async () => {
    dovecot.fill(
      login,
      'Many',
      Array.from({ length: 300 }, (_, i) => message(i)),
    );
    const imap = await mailbox(plain());
    await imap.open('Many');
    const { uids } = await imap.uids();
    expect(uids).toHaveLength(300);
    const odd = uids.filter((uid) => uid % 2);
    const asked = [...odd, 100_001, 100_002, ...odd];
    expect((await collect(imap.messages(asked))).map(({ uid }) => uid)).toEqual(odd);
    expect(await imap.listed(asked)).toEqual(odd);
    expect([...(await imap.sizes(asked)).keys()]).toEqual(odd);
    expect((await imap.sizes([odd[0] ?? 0])).get(odd[0] ?? 0)).toBe(message(0).length);
  });

  it('lists the UIDs of messages received since a day', async () => {
    const old = await dovecot.deliver(login, 'Since', message(1), { internalDate: new Date('2024-01-31T12:00:00Z') });
    const young = await dovecot.deliver(login, 'Since', message(2), { internalDate: new Date('2024-02-01T12:00:00Z') });
    const imap = await mailbox(plain());
    await imap.open('Since');
    expect(await imap.uids()).toEqual({ uids: [old, young], wanted: [old, young], unlisted: 0 });
    expect(await imap.uids('2024-02-01')).toMatchObject({ uids: [old, young], wanted: [young] });
    expect(await imap.uids('2024-02-02')).toMatchObject({ wanted: [] });
  });

  it('lists mail that arrives in a folder that was empty when it was opened', async () => {
    const imap = await mailbox(plain());
    expect(await imap.open('Junk')).toMatchObject({ exists: 0 });
    const uid = await dovecot.deliver(login, 'Junk', message(1));
    expect(await imap.uids()).toMatchObject({ uids: [uid] });
    expect(await collect(imap.messages([uid]))).toHaveLength(1);
  });

  it('streams a large message in pieces, also when the given size is wrong', async () => {
    const large = message(1, Array.from({ length: 40_000 }, (_, i) => `line ${i} ${'x'.repeat(60)}`).join('\r\n'));
    const uid = await dovecot.deliver(login, 'Large', large);
    const imap = await mailbox(plain());
    await imap.open('Large');
    for (const size of [large.length, large.length - 100, large.length + 100]) {
      const pieces = await collect(imap.body(uid, size));
      expect(pieces.length).toBeGreaterThan(2);
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(1024 * 1024);
      expect(Buffer.concat(pieces).equals(large)).toBe(true);
    }
    await expect(collect(imap.body(uid, 10))).rejects.toMatchObject({ reason: 'refused-by-server' });
    await expect(collect(imap.body(uid + 1, 10))).rejects.toMatchObject({
      reason: 'refused-by-server',
      detail: 'Message not found. Try again later.',
    });
  });

  it('rejects the opening of an unknown folder and stays usable', async () => {
    const imap = await mailbox(plain());
    await expect(imap.open('No such folder\r\nA LOGOUT')).rejects.toMatchObject({
      reason: 'refused-by-server',
      server: 'incoming',
    });
    await expect(imap.open('No such folder')).rejects.toMatchObject({ reason: 'refused-by-server' });
    expect(await imap.open('INBOX')).toMatchObject({ exists: 0 });
  });

  it('passes an error of the reading loop on unchanged', async () => {
    await dovecot.deliver(login, 'Reader', message(1));
    const imap = await mailbox(plain());
    await imap.open('Reader');
    const reading = async () => {
      for await (const found of imap.messages((await imap.uids()).uids)) throw new RangeError(`reader of ${found.uid}`);
    };
    await expect(reading()).rejects.toThrow(RangeError);
    expect((await imap.uids()).uids).toHaveLength(1);
  });
});

describe('a connection that drops', () => {
  const filler = 'x'.repeat(70);
  const body = Array.from({ length: 3000 }, () => filler).join('\r\n');

  /** A proxy to Dovecot that closes both connections after `bytes` bytes of Dovecot's answers. */
  const cuttingAfter = (bytes: number, end: 'destroy' | 'end'): Promise<ServerSettings> =>
    serve((socket) => {
      const upstream = connect(dovecot.imapPort, '127.0.0.1');
      upstream.on('error', () => undefined);
      socket.pipe(upstream);
      socket.on('close', () => upstream.destroy());
      let passed = 0;
      upstream.on('data', (chunk) => {
        socket.write(chunk.subarray(0, Math.max(0, bytes - passed)));
        passed += chunk.length;
        if (passed >= bytes) socket[end]();
      });
    });

  it.each(['destroy', 'end'] as const)(
    'rejects in the middle of a FETCH and never ends as if complete (%s)',
    async (end) => {
      dovecot.fill(
        login,
        'Dropped',
        Array.from({ length: 10 }, (_, i) => message(i, body)),
      );
      const imap = await mailbox(await cuttingAfter(1_000_000, end));
      await imap.open('Dropped');
      const seen: number[] = [];
      const reading = async () => {
        for await (const { uid, source } of imap.messages((await imap.uids()).uids)) {
          expect(source.length).toBeGreaterThan(body.length);
          seen.push(uid);
        }
      };
      await expect(reading()).rejects.toMatchObject({ name: 'MailServerFailure', reason: 'connection-lost' });
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.length).toBeLessThan(10);
      await expect(imap.uids()).rejects.toMatchObject({ reason: 'connection-lost' });
      await expect(imap.folders()).rejects.toMatchObject({ reason: 'connection-lost' });
      await expect(collect(imap.messages([1]))).rejects.toMatchObject({ reason: 'connection-lost' });
    },
  );

  it('rejects in the middle of a streamed body', async () => {
    const uid = await dovecot.deliver(login, 'Streamed', message(1, `${body}\r\n`.repeat(10)));
    const imap = await mailbox(await cuttingAfter(1_500_000, 'destroy'));
    await imap.open('Streamed');
    await expect(collect(imap.body(uid, body.length * 10))).rejects.toMatchObject({ reason: 'connection-lost' });
  });

  it('closes when its signal aborts, and commands in flight reject with the reason', async () => {
    const uid = await dovecot.deliver(login, 'Aborted', message(1));
    const stopping = new AbortController();
    const imap = await mailbox(plain(), { signal: stopping.signal });
    await imap.open('Aborted');
    const reading = async () => {
      for await (const found of imap.messages([uid])) if (found) stopping.abort(new Error('stopping'));
    };
    await expect(reading()).rejects.toThrow('stopping');
    await expect(imap.uids()).rejects.toThrow('stopping');
    await expect(mailbox(plain(), { signal: stopping.signal })).rejects.toThrow('stopping');
  });

  it('ends at its time limit or by its signal while the server is silent', async () => {
    const silent = await serve(() => undefined);
    await expect(mailbox(silent, { timeoutMs: 200 })).rejects.toMatchObject({ reason: 'timed-out' });
    const stopping = new AbortController();
    const waiting = mailbox(silent, { signal: stopping.signal });
    stopping.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
  });
});

describe('a server that answers NO', () => {
  const refusing = { CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR') };

  it('makes every command throw', async () => {
    const selected = '* 3 EXISTS\r\n* OK [UIDVALIDITY 5]\r\n* OK [UIDNEXT 9]\r\nOK';
    const no = 'NO not today';
    const settings = await scripted({ ...refusing, EXAMINE: selected, 'UID-SEARCH': no, 'UID-FETCH': no });
    const imap = await mailbox(settings);
    await imap.open('INBOX');
    const refused = { reason: 'refused-by-server' };
    await expect(imap.uids()).rejects.toMatchObject(refused);
    await expect(imap.listed([1])).rejects.toMatchObject(refused);
    await expect(imap.sizes([1])).rejects.toMatchObject(refused);
    await expect(collect(imap.messages([1]))).rejects.toMatchObject({
      ...refused,
      detail: 'not today. Try again later.',
    });
    await expect(imap.described(1)).rejects.toMatchObject(refused);
    const other = await mailbox(await scripted({ ...refusing, LIST: no }));
    await expect(other.folders()).rejects.toMatchObject(refused);
  });

  it('makes opening a folder throw when the folder has no UIDVALIDITY', async () => {
    const imap = await mailbox(await scripted({ ...refusing, EXAMINE: '* 3 EXISTS\r\nOK' }));
    await expect(imap.open('INBOX')).rejects.toMatchObject({
      reason: 'refused-by-server',
      detail: 'The folder has no UIDVALIDITY. Try again later.',
    });
  });
});
