import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, type Answer, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

type Listed = MessageSummary & {
  flagged: boolean;
  onServer: boolean;
  deletedElsewhere: boolean;
  deletedAt: string | null;
};

const LOGIN = 'anna@example.test';
const PASSWORD = 'secret-of-anna';

let service: RunningService;
let smtp: MailServer;
let dovecot: Dovecot;
let admin: Requests;
let reader: Requests;
let other: ImapFlow;
let account: string;
let destroyed: string;

beforeAll(async () => {
  const users = { [LOGIN]: PASSWORD };
  [service, smtp, dovecot] = await Promise.all([
    RunningService.start(),
    startMailServer({ users }),
    startDovecot({ users }),
  ]);
  admin = await service.signedIn();
  reader = admin;
  other = await signedIn();
  for (const subject of ['one', 'two', 'three', 'four', 'five', 'six'])
    await dovecot.deliver(LOGIN, 'INBOX', letter(subject));
  const ports = { imapPort: dovecot.imapPort, smtpPort: smtp.smtpPort };
  account = (await addAccount(admin, accountOn(ports, LOGIN, PASSWORD, { keepServerCopies: false, createTasks: true })))
    .id;
  await fetchMail(admin, account);
});
afterAll(async () => {
  other?.close();
  await Promise.all([service?.stop(), smtp?.stop(), dovecot?.stop()]);
});

async function signedIn(): Promise<ImapFlow> {
  const auth = { user: LOGIN, pass: PASSWORD };
  const { host, imapPort: port } = dovecot;
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth, logger: false });
  await client.connect();
  return client;
}

const letter = (subject: string): Buffer =>
  Buffer.from(
    [
      `Message-ID: <${subject}@kiosk.example>`,
      'Date: Mon, 2 Feb 2026 10:00:00 +0100',
      'From: Kim <kim@kiosk.example>',
      `Subject: ${subject}`,
      '',
      `Text of ${subject}`,
      '',
    ].join('\r\n'),
  );

/** Carries out a command; lists show it from then on. */
async function command(answer: Promise<Answer<unknown>>): Promise<Recorded> {
  const recorded = done((await answer) as Answer<Recorded>);
  reader = admin.after(recorded);
  return recorded;
}

const listed = (query = '?box=received'): Promise<Listed[]> =>
  allOf<Listed>(reader, `/api/accounts/${account}/messages${query}`);
const called = async (subject: string, query?: string): Promise<Listed> =>
  (await listed(query)).find((each) => each.subject === subject)!;
const change = async (subject: string, set: object): Promise<Recorded> =>
  command(admin.patch<Recorded>(`/api/messages/${(await called(subject)).id}`, set));

/** Flags of the messages in a folder of the server, by subject. */
async function onServer(folder: string): Promise<Record<string, string[]>> {
  await other.mailboxOpen(folder);
  await other.noop();
  const all =
    other.mailbox && other.mailbox.exists > 0 ? await other.fetchAll('1:*', { envelope: true, flags: true }) : [];
  return Object.fromEntries(
    all
      .filter(({ envelope }) => envelope)
      .map(({ envelope, flags }) => [envelope!.subject!, [...flags!].filter((flag) => flag !== '\\Recent').sort()]),
  );
}
const until = (folder: string, isSo: (there: Record<string, string[]>) => boolean) =>
  waitUntil(() => onServer(folder), isSo);

async function uidOf(subject: string, folder: string): Promise<string> {
  await other.mailboxOpen(folder);
  await other.noop();
  const all = await other.fetchAll('1:*', { envelope: true, uid: true });
  return String(all.find(({ envelope }) => envelope?.subject === subject)!.uid);
}

describe('a change made here', () => {
  it('shows at once, and reaches the server', async () => {
    const marked = await change('one', { seen: true, flagged: true });
    expect(await called('one')).toMatchObject({ seen: true, flagged: true });
    expect(marked).toMatchObject({ position: expect.any(String) });
    await until('INBOX', ({ one }) => one!.includes('\\Seen') && one!.includes('\\Flagged'));
  });

  it('made again is recorded once', async () => {
    await service.settled();
    const first = await change('one', { seen: true });
    expect((await change('one', { seen: true })).revision).toBe(first.revision);
  });

  it('moves a message, with its task', async () => {
    await other.mailboxCreate('Archive/Orders');
    await fetchMail(admin, account);
    await service.settled();
    const { id, taskId } = await called('two');
    const folderId = await folderNamed('Archive/Orders');
    await command(admin.patch(`/api/messages/${id}`, { folderId }));
    expect(await called('two')).toMatchObject({ id, folderId, taskId });
    await until('Archive/Orders', (there) => 'two' in there);
    expect(await onServer('INBOX')).not.toHaveProperty('two');
    expect(await fetchMail(admin, account)).toMatchObject({ received: 0 });
    expect(await called('two')).toMatchObject({ id, folderId, onServer: true });
    expect((await listed()).filter(({ subject }) => subject === 'two')).toHaveLength(1);
  });

  it('deletes and restores a message, on the server too', async () => {
    const { id } = await called('three');
    await command(admin.delete(`/api/messages/${id}`));
    expect(await called('three')).toBeUndefined();
    expect(await called('three', '?box=trash')).toMatchObject({ id, box: 'trash', deletedAt: expect.any(String) });
    await until('Trash', (there) => 'three' in there);
    await fetchMail(admin, account);
    expect(await called('three')).toBeUndefined();
    await command(admin.post(`/api/messages/${id}/restore`));
    expect(await called('three')).toMatchObject({ id, deletedAt: null });
    await until('INBOX', (there) => 'three' in there);
    expect(await onServer('Trash')).toEqual({});
  });

  it('is made to many messages, each with its own answer', async () => {
    const ids = [(await called('four')).id, 'missing', (await called('five')).id];
    expect(done(await admin.patch('/api/messages', { ids, set: { flagged: true } }))).toMatchObject({
      items: [{ done: true }, { id: 'missing', done: false, reason: 'message-not-found' }, { done: true }],
    });
    await until('INBOX', ({ four, five }) => four!.includes('\\Flagged') && five!.includes('\\Flagged'));
  });

  it('is made to all that match, but not to later mail', async () => {
    const answered = await admin.get(`/api/accounts/${account}/messages?unread=true`);
    const upTo = answered.headers.get('x-position')!;
    await dovecot.deliver(LOGIN, 'INBOX', letter('later'));
    await fetchMail(admin, account);
    await service.settled();
    const changed = await command(
      admin.post(`/api/accounts/${account}/change`, { match: { unread: true }, upTo, set: { seen: true } }),
    );
    expect(changed).toMatchObject({ count: (answered.body as unknown as { items: [] }).items.length });
    expect((await listed('?unread=true')).map(({ subject }) => subject)).toEqual(['later']);
    await until('INBOX', (there) => there.four!.includes('\\Seen') && !there.later!.includes('\\Seen'));
    expect(
      await admin.post(`/api/accounts/${account}/change`, { match: { bogus: 1 }, upTo, set: { seen: true } }),
    ).toMatchObject({ status: 400, body: { errors: [{ field: 'bogus' }] } });
  });

  it('for ever destroys a message, and its copy on the server goes to the trash', async () => {
    const { id, taskId } = await called('later');
    destroyed = id;
    await command(admin.delete(`/api/messages/${id}?forever=true`));
    expect(await called('later', '?box=trash')).toBeUndefined();
    expect((await admin.get(`/api/messages/${id}`)).status).toBe(404);
    await until('Trash', (there) => 'later' in there);
    await fetchMail(admin, account);
    expect(await called('later')).toBeUndefined();
    expect(done(await reader.get<{ title: string }>(`/api/tasks/${taskId}`)).title).toBe('later');
  });

  it('without content, or into a folder that is missing, is refused', async () => {
    const { id } = await called('four');
    const reasonOf = ({ status, body }: Answer<unknown>) => [status, (body as { reason?: string }).reason];
    expect(reasonOf(await admin.patch(`/api/messages/${id}`, {}))).toEqual([400, 'bad-input']);
    expect(reasonOf(await admin.patch(`/api/messages/${id}`, { folderId: 'none' }))).toEqual([404, 'folder-not-found']);
    expect(reasonOf(await admin.patch('/api/messages/missing', { seen: true }))).toEqual([404, 'message-not-found']);
  });
});

describe('a change made by another program', () => {
  it('of flags shows after the next look', async () => {
    await other.messageFlagsAdd(await uidOf('four', 'INBOX'), ['\\Answered', '\\Seen'], { uid: true });
    await other.messageFlagsRemove(await uidOf('five', 'INBOX'), ['\\Flagged'], { uid: true });
    await fetchMail(admin, account);
    await service.settled();
    expect(await called('four')).toMatchObject({ seen: true, answered: true, flagged: true });
    expect(await called('five')).toMatchObject({ seen: true, flagged: false });
  });

  it('moves a message without a second task', async () => {
    const { id, taskId } = await called('five');
    await other.messageMove(await uidOf('five', 'INBOX'), 'Archive/Orders', { uid: true });
    await fetchMail(admin, account);
    await service.settled();
    expect(await called('five')).toMatchObject({ id, taskId, folderId: await folderNamed('Archive/Orders') });
    expect((await allOf(admin, '/api/tasks')).length).toBe(7);
  });

  it('moves a message before it is marked here: the mark follows', async () => {
    await other.messageMove(await uidOf('one', 'INBOX'), 'Archive/Orders', { uid: true });
    await change('one', { flagged: false });
    await until('Archive/Orders', ({ one }) => one !== undefined && !one.includes('\\Flagged'));
    await service.settled();
    expect(await called('one')).toMatchObject({ flagged: false, onServer: true });
  });

  it('deletes a message, which stays here and is said to be deleted elsewhere', async () => {
    await other.messageMove(await uidOf('six', 'INBOX'), 'Trash', { uid: true });
    await other.messageDelete(await uidOf('four', 'INBOX'), { uid: true });
    await fetchMail(admin, account);
    await service.settled();
    expect(await called('six')).toMatchObject({
      ...{ box: 'received', onServer: true, deletedElsewhere: true },
      folderId: await folderNamed('Trash'),
    });
    expect(await called('four')).toMatchObject({ box: 'received', onServer: false, deletedElsewhere: true });
  });

  it('marked deleted survives our deletion of another one', async () => {
    await dovecot.deliver(LOGIN, 'INBOX', letter('seven'));
    await dovecot.deliver(LOGIN, 'INBOX', letter('eight'));
    await fetchMail(admin, account);
    await other.messageFlagsAdd(await uidOf('seven', 'INBOX'), ['\\Deleted'], { uid: true });
    await service.settled();
    await command(admin.delete(`/api/messages/${(await called('eight')).id}`));
    await until('Trash', (there) => 'eight' in there);
    expect((await onServer('INBOX')).seven).toContain('\\Deleted');
    await fetchMail(admin, account);
    expect(await called('seven')).toMatchObject({ deletedElsewhere: true });
  });

  it('that is none writes no fact', async () => {
    await fetchMail(admin, account);
    await service.settled();
    const before = await service.service.platform.store.head();
    await fetchMail(admin, account);
    const types = new Set<string>();
    for await (const { facts, atHead } of service.service.platform.store.follow(before, {
      signal: new AbortController().signal,
    })) {
      for (const { type } of facts) types.add(type);
      if (atHead) break;
    }
    expect([...types].sort()).toEqual(['FetchFinished', 'FetchStarted', 'FolderCompared']);
  });
});

describe('the history of a message', () => {
  interface Entry {
    by: { name: string } | null;
    summary: string;
    outcome: { state: string } | null;
  }
  const told = async (id: string): Promise<string[]> =>
    (await allOf<Entry>(reader, `/api/messages/${id}/history`)).map(
      ({ by, summary, outcome }) => `${by?.name ?? '–'} ${summary}: ${outcome?.state ?? '–'}`,
    );

  it('tells the changes by people, with their outcome on the server', async () => {
    const { id } = await called('three');
    expect((await told(id)).slice(-3)).toEqual([
      'Administrator restored it: done',
      'Administrator deleted it: done',
      '– was received in the folder “INBOX”: –',
    ]);
  });

  it('tells the changes by another program', async () => {
    const history = await told((await called('five')).id);
    expect(history).toContain('– was marked as not flagged in the folder “INBOX”: –');
    expect(history.slice(0, 2).sort()).toEqual([
      '– left the folder “INBOX”: –',
      '– was found in the folder “Archive/Orders”: –',
    ]);
  });

  it('stays after the message was deleted for good', async () => {
    expect((await admin.get(`/api/messages/${destroyed}`)).status).toBe(404);
    expect((await told(destroyed))[0]).toBe('Administrator deleted it for good: –');
  });
});

async function folderNamed(path: string): Promise<string> {
  const { items } = done(
    await admin.get<{ items: { folderId: string; path: string }[] }>(`/api/accounts/${account}/gaps`),
  );
  return items.find((each) => each.path === path)!.folderId;
}
