import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

interface Draft {
  id: string;
  revision: number;
  text: string | null;
  html: string | null;
  subject: string | null;
  bcc: { address: string }[];
  attachments: { uploadId: string | null; fromMessage: string | null; index: number | null; filename: string }[];
  copy: { state: string; reason: string | null };
}
interface OnServer {
  uid: number;
  flags: Set<string>;
  raw: string;
}

const LOGIN = 'ada@example.test';
const KIM = [{ address: 'kim@kiosk.example' }];
const LONGEST_MS = 120_000;
const LIMIT_MS = 300_000;
let service: RunningService;
let dovecot: Dovecot;
let admin: Requests;
let account: string;

beforeAll(async () => {
  [service, dovecot] = await Promise.all([RunningService.start(), startDovecot({ users: { [LOGIN]: 'secret' } })]);
  admin = await service.signedIn();
  const settings = { createTasks: true, createContacts: true, sentFolder: 'Sent' };
  const servers = { imapPort: dovecot.imapPort, smtpPort: 1 };
  account = (await addAccount(admin, accountOn(servers, LOGIN, 'secret', settings), '?skipTest=true')).id;
  await fetchMail(admin, account);
  await service.settled();
});
afterAll(async () => {
  await Promise.all([service?.stop(), dovecot?.stop()]);
});

/** Another mail program in the folder for drafts. */
async function elsewhere<T>(act: (client: ImapFlow) => Promise<T>): Promise<T> {
  const auth = { user: LOGIN, pass: 'secret' };
  const { host, imapPort: port } = dovecot;
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth, logger: false });
  await client.connect();
  try {
    await client.mailboxOpen('Drafts');
    return await act(client);
  } finally {
    await client.logout();
  }
}
const onServer = (): Promise<OnServer[]> =>
  elsewhere(async (client) => {
    const found: OnServer[] = [];
    if (client.mailbox && client.mailbox.exists === 0) return found;
    for await (const { uid, flags, source } of client.fetch('1:*', { uid: true, flags: true, source: true }))
      // Flags that the server reports in between come without bytes.
      if (source) found.push({ uid, flags: flags!, raw: source.toString() });
    return found;
  });
const letter = (n: number, text = `version ${n}`): string =>
  [
    `Message-ID: <draft-${n}@other.example>`,
    'Date: Mon, 30 Nov 2026 10:00:00 +0000',
    `From: ${LOGIN}`,
    'To: kim@kiosk.example',
    'Bcc: boss@example.test',
    'Subject: Made elsewhere',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    text,
    '--b',
    'Content-Type: text/csv; name=a.csv',
    'Content-Disposition: attachment; filename=a.csv',
    '',
    'a,b',
    '--b--',
    '',
  ].join('\r\n');
/** As mail programs save a draft: the new version, then the removal of the one before. */
const saveElsewhere = (raw: string, replaced?: number): Promise<number> =>
  elsewhere(async (client) => {
    const stored = await client.append('Drafts', Buffer.from(raw), ['\\Draft', '\\Seen']);
    if (replaced !== undefined) await client.messageDelete(String(replaced), { uid: true });
    return (stored as { uid: number }).uid;
  });

const begin = async (body: object): Promise<string> =>
  done(await admin.post<Recorded>(`/api/accounts/${account}/drafts`, body)).id;
const read = async (id: string): Promise<Draft> => done(await admin.get<Draft>(`/api/drafts/${id}`));
const save = async (id: string, body: object): Promise<Recorded> =>
  done(await admin.put<Recorded>(`/api/drafts/${id}`, body));
const look = async (): Promise<void> => {
  await fetchMail(admin, account);
  await service.settled();
};
const listed = (): Promise<MessageSummary[]> =>
  allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=draft`);
const query = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  service.service.platform.database.query<Record<string, unknown>[]>(sql, values);
/** Waits for the copy, as if the author had paused long enough. */
async function copied(id: string): Promise<Draft> {
  await query(`update drafts set saved_at = saved_at - interval '10 seconds' where id = $1`, [id]);
  return waitUntil(
    () => read(id),
    ({ copy }) => copy.state === 'kept',
    LONGEST_MS,
  );
}
const serverEmpty = (): Promise<OnServer[]> => waitUntil(onServer, (all) => all.length === 0, LONGEST_MS);

describe('a draft of this service', () => {
  it(
    'has one copy on the server, which follows it, and is no message here',
    async () => {
      const id = await begin({ to: KIM, bcc: [{ address: 'boss@example.test' }], subject: 'Offer', text: 'first' });
      await copied(id);
      const [first, ...none] = await onServer();
      expect(none).toEqual([]);
      expect([...first!.flags].sort()).toEqual(
        ['\\Draft', '\\Recent', '\\Seen'].filter((flag) => first!.flags.has(flag)),
      );
      expect(first!.flags.has('\\Draft')).toBe(true);
      expect(first!.raw).toContain('Subject: Offer');
      expect(first!.raw).toContain('boss@example.test');
      await save(id, { to: KIM, subject: 'Offer', text: 'second' });
      await copied(id);
      const later = await waitUntil(onServer, (all) => all.length === 1, LONGEST_MS);
      expect(later).toMatchObject([{ raw: expect.stringContaining('second') }]);
      expect(later[0]!.uid).toBeGreaterThan(first!.uid);
      await look();
      expect((await listed()).map((each) => each.id)).toEqual([id]);
      expect(await allOf(admin, '/api/tasks')).toEqual([]);
      expect(await query(`select 1 from facts where type = 'DraftFound'`)).toEqual([]);
      done(await admin.delete(`/api/drafts/${id}`));
      await serverEmpty();
    },
    LIMIT_MS,
  );

  it(
    'goes when another program deletes its copy, and stays if it was saved here since',
    async () => {
      const [gone, kept] = [
        await begin({ to: KIM, subject: 'Goes', text: 'x' }),
        await begin({ to: KIM, subject: 'Stays', text: 'x' }),
      ];
      await Promise.all([copied(gone), copied(kept)]);
      await look();
      await elsewhere((client) => client.messageDelete('1:*'));
      await save(kept, { to: KIM, subject: 'Stays', text: 'newer' });
      await look();
      await waitUntil(listed, (all) => all.length === 1, LONGEST_MS);
      expect((await admin.get(`/api/drafts/${gone}`)).status).toBe(404);
      expect(await copied(kept)).toMatchObject({ text: 'newer' });
      expect(await onServer()).toMatchObject([{ raw: expect.stringContaining('newer') }]);
      await service.settled();
      const facts = await query(`select type from facts where stream = $1 order by revision`, [`draft-${kept}`]);
      expect(facts.map(({ type }) => type)).toContain('DraftConflicted');
      done(await admin.delete(`/api/drafts/${kept}`));
      await serverEmpty();
    },
    LIMIT_MS,
  );
});

describe('a draft of another program', () => {
  it(
    'that is saved 20 times is one draft, and leaves no bytes',
    async () => {
      let uid: number | undefined;
      for (let n = 1; n <= 20; n++) {
        uid = await saveElsewhere(letter(n), uid);
        if (n % 4 === 0) await look();
      }
      const found = await waitUntil(listed, (all) => all.length === 1, LONGEST_MS);
      expect(await read(found[0]!.id)).toMatchObject({ text: 'version 20', revision: 0 });
      const left = `select count(*)::int as n from data_keys k where k.id like 'message/%' and k.wrapped is not null`;
      await waitUntil(
        () => query(left),
        ([row]) => row!.n === 1,
        LONGEST_MS,
      );
      // Bytes go after their key.
      await waitUntil(
        () => query(`select count(*)::int as n from blobs`),
        ([row]) => row!.n === 1,
        LONGEST_MS,
      );
      await elsewhere((client) => client.messageDelete('1:*'));
      await look();
      await waitUntil(
        () => query(left),
        ([row]) => row!.n === 0,
        LONGEST_MS,
      );
      // The same bytes in the folder again are a draft again.
      await saveElsewhere(letter(20));
      await look();
      expect(await waitUntil(listed, (all) => all.length === 1, LONGEST_MS)).toMatchObject([
        { subject: 'Made elsewhere' },
      ]);
      await elsewhere((client) => client.messageDelete('1:*'));
      await look();
      expect(await listed()).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'is edited here with all that it has, and replaced on the server',
    async () => {
      await saveElsewhere(letter(31, 'theirs'));
      await look();
      const [found] = await waitUntil(listed, (all) => all.length === 1, LONGEST_MS);
      const before = await read(found!.id);
      expect(before).toMatchObject({ bcc: [{ address: 'boss@example.test' }], attachments: [{ filename: 'a.csv' }] });
      const attachments = before.attachments.map(({ fromMessage, index }) => ({ fromMessage, index }));
      const body = { to: KIM, bcc: before.bcc, subject: before.subject, text: 'ours', attachments };
      const { id } = await save(found!.id, body);
      await service.settled();
      expect(await listed()).toMatchObject([{ id }]);
      await copied(id);
      const there = await waitUntil(onServer, (all) => all.length === 1, LONGEST_MS);
      expect(there[0]!.raw).toContain('ours');
      expect(there[0]!.raw).toContain('a.csv');
      await look();
      expect(await listed()).toMatchObject([{ id }]);
      expect(await read(found!.id)).toMatchObject({ id, text: 'ours', attachments: [{ filename: 'a.csv' }] });
      done(await admin.delete(`/api/drafts/${id}`));
      await serverEmpty();
    },
    LIMIT_MS,
  );

  it(
    'that both sides change is kept as two drafts',
    async () => {
      const uid = await saveElsewhere(letter(41, 'before'));
      await look();
      const [found] = await waitUntil(listed, (all) => all.length === 1, LONGEST_MS);
      const { id } = await save(found!.id, { to: KIM, subject: 'Both', text: 'ours' });
      await saveElsewhere(letter(42, 'theirs'), uid);
      await copied(id);
      await look();
      const both = await waitUntil(listed, (all) => all.length === 2, LONGEST_MS);
      const texts = await Promise.all(both.map(async (each) => (await read(each.id)).text?.trim()));
      expect(new Set(texts)).toEqual(new Set(['ours', 'theirs']));
      expect(await onServer()).toHaveLength(2);
      for (const each of both) done(await admin.delete(`/api/drafts/${each.id}`));
      await serverEmpty();
    },
    LIMIT_MS,
  );
});

it(
  'a server without a folder for drafts leaves the draft safe here, with the reason',
  async () => {
    const bare = await startMailServer({ users: { 'bare@example.test': 'secret' }, folders: {} });
    try {
      const body = accountOn(bare, 'bare@example.test', 'secret');
      const { id: other } = await addAccount(admin, body, '?skipTest=true');
      const { id } = done(await admin.post<Recorded>(`/api/accounts/${other}/drafts`, { to: KIM, text: 'safe' }));
      const failed = await waitUntil(
        () => read(id),
        ({ copy }) => copy.state === 'failed',
        LONGEST_MS,
      );
      expect(failed).toMatchObject({ text: 'safe', copy: { state: 'failed', reason: 'no-drafts-folder' } });
    } finally {
      await bare.stop();
    }
  },
  LIMIT_MS,
);
