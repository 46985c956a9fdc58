import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Dovecot, startDovecot } from '../../../test/dovecot.js';
import { startMailServer } from '../../../test/mail-server/mail-server.js';
import { type Imap, openMailbox, tryIncomingLogin } from './imap.js';
import { OutboundGuard } from './outbound-guard.js';
import type { ConnectOptions, ServerSettings } from './servers.js';

const guard = new OutboundGuard({ allowPrivate: true });
const login = 'anna@example.test';
const anna = { login, password: 'secret' };

let dovecot: Dovecot;
const opened: Imap[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  dovecot = await startDovecot({ tls: true });
});

afterEach(async () => {
  for (const imap of opened.splice(0)) await imap.close();
  for (const server of servers.splice(0)) server.close();
});

afterAll(() => dovecot.stop());

const plain = (): ServerSettings => ({ host: '127.0.0.1', port: dovecot.imapPort, security: 'none' });

async function mailbox(settings = plain(), options: Partial<ConnectOptions> = {}): Promise<Imap> {
  const imap = await openMailbox(settings, anna, { guard, ...options });
  opened.push(imap);
  return imap;
}

async function serve(onConnection: (socket: Socket) => void): Promise<ServerSettings> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, security: 'none' };
}

/** A server with one scripted answer per command name: untagged `*` lines as they stand, then the tagged line. */
function scripted(answers: Record<string, string>, greeting = '* OK ready'): Promise<ServerSettings> {
  return serve((socket) => {
    socket.write(`${greeting}\r\n`);
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [tag = '', name = ''] = line.replace(/ UID /, ' UID-').split(' ');
        socket.write(`${answers[name.toUpperCase()] ?? 'OK'}\r\n`.replace(/^(OK|NO|BAD)/m, `${tag} $1`));
      }
    });
  });
}

const capability = (...names: string[]): string => `* CAPABILITY IMAP4rev1 ${names.join(' ')}\r\nOK`;

const message = (n: number, body = `Hello ${n}`): Buffer =>
  Buffer.from(
    `From: Ben <ben@example.org>\r\nTo: ${login}\r\nSubject: Number ${n}\r\nMessage-ID: <${n}@x>\r\n\r\n${body}\r\n`,
  );

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a mailbox on Dovecot', () => {
  it('lists folders with their roles, by SPECIAL-USE and by usual names', async () => {
    await dovecot.deliver(login, 'Archiwum', message(1));
    await dovecot.deliver(login, 'Klienci/Łódź & "spółka"', message(1));
    const folders = await (await mailbox()).folders();
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
    const imap = await mailbox();
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
    const imap = await mailbox();
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
    const imap = await mailbox();
    await imap.open('Since');
    expect(await imap.uids()).toEqual({ uids: [old, young], wanted: [old, young], unlisted: 0 });
    expect(await imap.uids('2024-02-01')).toMatchObject({ uids: [old, young], wanted: [young] });
    expect(await imap.uids('2024-02-02')).toMatchObject({ wanted: [] });
  });

  it('lists mail that arrives in a folder that was empty when it was opened', async () => {
    const imap = await mailbox();
    expect(await imap.open('Junk')).toMatchObject({ exists: 0 });
    const uid = await dovecot.deliver(login, 'Junk', message(1));
    expect(await imap.uids()).toMatchObject({ uids: [uid] });
    expect(await collect(imap.messages([uid]))).toHaveLength(1);
  });

  it('streams a large message in pieces, also when the given size is wrong', async () => {
    const large = message(1, Array.from({ length: 40_000 }, (_, i) => `line ${i} ${'x'.repeat(60)}`).join('\r\n'));
    const uid = await dovecot.deliver(login, 'Large', large);
    const imap = await mailbox();
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
    const imap = await mailbox();
    await expect(imap.open('No such folder\r\nA LOGOUT')).rejects.toMatchObject({
      reason: 'refused-by-server',
      server: 'incoming',
    });
    await expect(imap.open('No such folder')).rejects.toMatchObject({ reason: 'refused-by-server' });
    expect(await imap.open('INBOX')).toMatchObject({ exists: 0 });
  });

  it('passes an error of the reading loop on unchanged', async () => {
    await dovecot.deliver(login, 'Reader', message(1));
    const imap = await mailbox();
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

  it('stalls when a command never ends, although the server shows life', async () => {
    const server = await startMailServer({ users: { [login]: anna.password } });
    try {
      server.deliver(login, 'INBOX', message(1));
      const settings: ServerSettings = { host: '127.0.0.1', port: server.imapPort, security: 'none' };
      for (const command of ['LIST', 'EXAMINE', 'UID FETCH']) {
        server.faults.endless.clear();
        server.faults.endless.add(command);
        const imap = await mailbox(settings, { stalledMs: 500 });
        const asking = async () => {
          await imap.folders();
          await imap.open('INBOX');
          await collect(imap.messages([1]));
        };
        await expect(asking()).rejects.toMatchObject({ reason: 'stalled' });
      }
    } finally {
      await server.stop();
    }
  });

  it('times out when the server becomes silent after the login', async () => {
    const settings = await scripted({ CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'), EXAMINE: '* 1 EXISTS' });
    const imap = await mailbox(settings, { timeoutMs: 500 });
    await expect(imap.open('INBOX')).rejects.toMatchObject({ reason: 'timed-out' });
  });
});

describe('a login', () => {
  it('is accepted, with TLS verified for the given name or address', async () => {
    const tls = (host: string): ServerSettings => ({ host, port: dovecot.imapsPort ?? 0, security: 'tls' });
    const ca = dovecot.certificate;
    await tryIncomingLogin(plain(), anna, { guard });
    await tryIncomingLogin(tls('localhost'), anna, { guard, ca });
    await tryIncomingLogin(tls('127.0.0.1'), anna, { guard, ca });
    await tryIncomingLogin({ ...plain(), host: 'localhost', security: 'starttls' }, anna, { guard, ca });
  });

  it('is not sent to a server with an untrusted certificate or the certificate of another host', async () => {
    const failed = { reason: 'tls-failed', server: 'incoming' };
    const named = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });
    const tls: ServerSettings = { host: 'localhost', port: dovecot.imapsPort ?? 0, security: 'tls' };
    await expect(tryIncomingLogin(tls, anna, { guard })).rejects.toMatchObject(failed);
    await expect(tryIncomingLogin({ ...plain(), security: 'starttls' }, anna, { guard })).rejects.toMatchObject(failed);
    const other = { ...tls, host: 'mail.example.org' };
    await expect(tryIncomingLogin(other, anna, { guard: named, ca: dovecot.certificate })).rejects.toMatchObject(
      failed,
    );
    await expect(tryIncomingLogin({ ...plain(), security: 'tls' }, anna, { guard })).rejects.toMatchObject(failed);
  });

  it('rejects with the reason login-refused when the password is wrong', async () => {
    const refused = { reason: 'login-refused', server: 'incoming' };
    await expect(tryIncomingLogin(plain(), { login, password: 'wrong' }, { guard })).rejects.toMatchObject(refused);
    await expect(tryIncomingLogin(plain(), { login, password: 'a\r\nb LOGOUT' }, { guard })).rejects.toMatchObject(
      refused,
    );
  });

  it.each([
    ['none', ''],
    ['some', '* PREAUTH welcome'],
  ])('is not downgraded when STARTTLS is not offered (%s)', async (_, greeting) => {
    const settings = await scripted({ CAPABILITY: capability('AUTH=PLAIN') }, greeting || undefined);
    const downgraded = tryIncomingLogin({ ...settings, security: 'starttls' }, anna, { guard });
    await expect(downgraded).rejects.toMatchObject({ reason: 'starttls-not-offered' });
  });

  it.each(['XOAUTH2', 'OAUTHBEARER'])(
    'keeps a token out of the failure when the server quotes %s',
    async (mechanism) => {
      const accessToken = 'ya29.a-token_of+some/length==';
      let quoted = '';
      const settings = await serve((socket) => {
        socket.write(`* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=${mechanism}] ready\r\n`);
        socket.on('data', (chunk) => {
          const line = chunk.toString().trim();
          if (line.includes(' AUTHENTICATE ')) quoted = line;
          socket.write(`${line.split(' ')[0]} NO [AUTHENTICATIONFAILED] I do not like ${line} ${accessToken}\r\n`);
        });
      });
      const failure = await tryIncomingLogin(settings, { login, accessToken }, { guard }).catch(
        (error: unknown) => error as Error,
      );
      expect(quoted).toContain(` AUTHENTICATE ${mechanism} `);
      expect(failure).toMatchObject({ reason: 'login-refused' });
      const reported = JSON.stringify({ ...(failure as object), message: (failure as Error).message });
      expect(reported).toContain('•••');
      expect(reported).not.toContain('ya29');
      expect(reported).not.toContain(quoted.split(' ').at(-1)!.slice(0, 20));
    },
  );

  it('keeps the password out of the failure when the server echoes it', async () => {
    const password = 'pa ss"wört';
    const plainAuth = Buffer.from(`\0${login}\0${password}`).toString('base64');
    const echo = `NO [AUTHENTICATIONFAILED] bad: ${password} pa ss\\"wört ${plainAuth} \u0007${'y'.repeat(400)}`;
    const settings = await scripted({
      CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'),
      AUTHENTICATE: echo,
      LOGIN: echo,
    });
    const failure = await tryIncomingLogin(settings, { login, password }, { guard }).catch(
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ reason: 'login-refused' });
    const reported = JSON.stringify({ ...(failure as object), message: (failure as Error).message });
    expect(reported).toContain('•••');
    expect(reported).not.toMatch(/wört|\\u0007|w7ZydA/);
    expect((failure as unknown as { detail: string }).detail.length).toBeLessThanOrEqual(300);
    expect(String((failure as Error).stack)).not.toMatch(/wört/);
  });

  it.each([
    ['NO [UNAVAILABLE] try later', 'temporarily-refused'],
    ['NO [ALERT] Too many simultaneous connections. (Failure)', 'temporarily-refused'],
    ['NO Server error - Please try again later', 'temporarily-refused'],
    ['BAD User is authenticated but not connected.', 'temporarily-refused'],
    ['NO [PRIVACYREQUIRED] Not without TLS', 'tls-required'],
    ['NO [CONTACTADMIN] Ask your administrator', 'refused-by-server'],
    ['NO [EXPIRED] Change your password', 'login-refused'],
    ['NO Login failed', 'login-refused'],
  ])('that is answered with %s has the reason %s', async (answer, reason) => {
    const failed = { reason, detail: expect.stringContaining(answer.replace(/^\w+ (\[\w+\] )?/, '')) };
    const login = await scripted({ CAPABILITY: capability(), LOGIN: answer });
    await expect(tryIncomingLogin(login, anna, { guard })).rejects.toMatchObject(failed);
    const sasl = await scripted({ CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'), AUTHENTICATE: answer });
    await expect(tryIncomingLogin(sasl, anna, { guard })).rejects.toMatchObject(failed);
  });

  it('is not refused by Exchange that has no mailbox for it at the moment', async () => {
    const settings = await scripted({
      CAPABILITY: capability('NAMESPACE'),
      NAMESPACE: 'BAD User is authenticated but not connected.',
    });
    await expect(tryIncomingLogin(settings, anna, { guard })).rejects.toMatchObject({ reason: 'temporarily-refused' });
  });

  it('with a token is not refused while the OAuth server is out of order', async () => {
    const reasonFor = async (status: string) => {
      const settings = await serve((socket) => {
        socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready\r\n');
        let tag = '';
        socket.on('data', (chunk) => {
          const [first = '', name] = chunk.toString().trim().split(' ');
          if (name === 'AUTHENTICATE') {
            tag = first;
            socket.write(`+ ${Buffer.from(JSON.stringify({ status })).toString('base64')}\r\n`);
          } else socket.write(`${name ? first : tag} ${name ? 'OK' : 'NO [AUTHENTICATIONFAILED] no'}\r\n`);
        });
      });
      return tryIncomingLogin(settings, { login, accessToken: 'token' }, { guard }).catch(
        (error: { reason?: string }) => error.reason,
      );
    };
    expect(await reasonFor('503')).toBe('temporarily-refused');
    expect(await reasonFor('400')).toBe('login-refused');
  });

  it('is not offered by a server without a common mechanism, or without encryption', async () => {
    const disabled = await scripted({ CAPABILITY: capability('LOGINDISABLED') });
    await expect(tryIncomingLogin(disabled, anna, { guard })).rejects.toMatchObject({ reason: 'tls-required' });
    const plainOnly = await scripted({ CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR') });
    await expect(tryIncomingLogin(plainOnly, { login, accessToken: 'token' }, { guard })).rejects.toMatchObject({
      reason: 'login-not-offered',
    });
  });

  it('fails with a different reason for unreachable, unknown and forbidden hosts and for a BYE', async () => {
    const reason = (settings: ServerSettings, options = { guard }) =>
      tryIncomingLogin(settings, anna, options).catch((error: { reason?: string }) => error.reason);
    const unknown = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await reason({ ...plain(), port: 1 })).toBe('unreachable');
    expect(await reason({ ...plain(), host: 'no.example.org' }, { guard: unknown })).toBe('host-unknown');
    expect(await reason(plain(), { guard: new OutboundGuard({ allowPrivate: false }) })).toBe('host-not-allowed');
    expect(await reason(await scripted({}, '* BYE too many connections'))).toBe('temporarily-refused');
    expect(await reason(await serve((socket) => socket.end()))).toBe('connection-lost');
  });

  it('tries the next address when one does not answer', async () => {
    const lookup = () => Promise.resolve([{ address: '127.0.0.2' }, { address: '127.0.0.1' }]);
    const two = new OutboundGuard({ allowPrivate: true, lookup });
    await tryIncomingLogin({ ...plain(), host: 'mail.example.org' }, anna, { guard: two });
  });
});

describe('a list of folders', () => {
  const listing = async (rows: string[], namespaces = '(("" "/")) NIL NIL') => {
    const settings = await scripted({
      CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR', 'NAMESPACE'),
      NAMESPACE: `* NAMESPACE ${namespaces}\r\nOK`,
      LIST: [...rows, 'OK'].join('\r\n'),
    });
    return (await mailbox(settings)).folders();
  };
  const pathsOf = (folders: { path: string }[]) => folders.map(({ path }) => path).sort();

  it('has each folder once, the INBOX also when the server does not list it, and no malformed row', async () => {
    const twice = ['* LIST () "/" Sent', '* LIST () "/" Sent', '* LIST () "/" inbox'];
    expect(pathsOf(await listing(twice))).toEqual(['INBOX', 'Sent']);
    const malformed = [
      ...['* LIST', '* LIST ((', '* LIST () "/"', '* LIST () "/" NIL', '* LIST () "/" ""', '* LIST x y z)'],
      ...['* LIST () "/" {3}', 'a\nb', `* LIST () "/" "${'x'.repeat(2000)}"`],
    ];
    expect(pathsOf(await listing([...malformed, '* LIST () "/" Last']))).toEqual(['INBOX', 'Last']);
  });

  it('tells folders of other people and shared ones from personal ones', async () => {
    const paths = ['INBOX', 'Work', 'user', 'user.ben', 'shared.news', 'sharedwork'];
    const foreign = async (namespaces: string) => {
      const folders = await listing(
        paths.map((path) => `* LIST () "." ${path}`),
        namespaces,
      );
      return pathsOf(folders.filter((each) => each.foreign));
    };
    expect(await foreign('(("" ".")) (("user." ".")) (("shared." "."))')).toEqual(['shared.news', 'user', 'user.ben']);
    expect(await foreign('(("" ".")) NIL (("" "."))')).toEqual([]);
    expect(await foreign('(("Work" NIL)) NIL (("" "."))')).toEqual(['shared.news', 'sharedwork', 'user', 'user.ben']);
    expect(await foreign('NIL NIL NIL')).toEqual([]);
  });

  it('comes without SPECIAL-USE when the server refuses to give it', async () => {
    const seen: string[] = [];
    const settings = await serve((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN LIST-EXTENDED SPECIAL-USE] ready\r\n');
      socket.on('data', (chunk) => {
        const [tag = '', name = '', ...rest] = chunk.toString().trim().split(' ');
        if (name === 'LIST') seen.push(rest.join(' '));
        const refused = rest.includes('RETURN') ? 'BAD Unknown option' : 'OK Done';
        socket.write(`* LIST () "/" Work\r\n${tag} ${name === 'LIST' ? refused : 'OK'}\r\n`);
      });
    });
    expect(pathsOf(await (await mailbox(settings)).folders())).toEqual(['INBOX', 'Work']);
    expect(seen.slice(-2)).toEqual(['"" "*" RETURN (SPECIAL-USE)', '"" "*"']);
  });

  it('is refused beyond 10,000 rows', async () => {
    const rows = Array.from({ length: 10_001 }, (_, each) => `* LIST () "/" "Folder ${each}"`);
    expect(await listing(rows.slice(1))).toHaveLength(10_001);
    await expect(listing(rows)).rejects.toMatchObject({
      reason: 'too-many-folders',
      detail: expect.stringContaining('more than 10000 folders'),
    });
  });
});

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

  it.each<[string, (imap: Imap) => Promise<unknown>]>([
    ['EXAMINE', (imap) => imap.open('INBOX')],
    ['LIST', (imap) => imap.folders()],
  ])('that sends lines without an end to %s loses the connection', async (flooded, act) => {
    const settings = await serve((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
      const flood = (): void => {
        while (!socket.destroyed && socket.write(`* OK ${'Still here. '.repeat(5000)}\r\n`));
        socket.once('drain', flood);
      };
      socket.on('data', (chunk) => {
        const [tag = '', name = '', reference, pattern] = chunk.toString().trim().split(' ');
        if (name === flooded && !(reference === '""' && pattern === '""')) flood();
        else socket.write(`${tag} OK\r\n`);
      });
    });
    const imap = await mailbox(settings);
    await expect(act(imap)).rejects.toMatchObject({
      reason: 'refused-by-server',
      detail: 'The server sends without an end. Try again later.',
    });
    expect(imap.lost).toBe(true);
  });

  it('cannot make us hold more bytes than the limit of a literal', async () => {
    const selected = '* 1 EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK';
    const announced = '* 1 FETCH (UID 1 BODY[] {99999999999}';
    const imap = await mailbox(await scripted({ ...refusing, EXAMINE: selected, 'UID-FETCH': announced }));
    await imap.open('INBOX');
    await expect(collect(imap.messages([1]))).rejects.toMatchObject({ reason: 'refused-by-server' });
  });
});
