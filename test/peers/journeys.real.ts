import { accountOn, addAccount, fetchMail, type MessageSummary } from '../journeys/mailbox.js';
import { allOf, type Answer, done, type Recorded, type Requests } from '../journeys/requests.js';
import { RunningService } from '../journeys/running-service.js';
import { waitUntil } from '../journeys/wait-until.js';
import { MailProgram } from './mail-program.js';
import type { Peer } from './peer.js';
import { PEERS, START_MS } from './peers.js';

type Listed = MessageSummary & { flagged: boolean; onServer: boolean; deletedElsewhere: boolean };

interface Folder {
  id: string;
  path: string;
  total: number;
  onServer: boolean;
}

const [LOGIN, PASSWORD] = ['anna', 'secret'];

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

let service: RunningService;
let admin: Requests;

beforeAll(async () => {
  service = await RunningService.start({ config: { watchMail: true } });
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

describe.each(PEERS)('the service and another program on %s', (name, { start, namespace, keepsUidValidity }) => {
  let peer: Peer;
  let other: MailProgram;
  let account: string;
  let reader: Requests;

  beforeAll(async () => {
    peer = await start(LOGIN, PASSWORD);
    other = await MailProgram.connect(peer.port, LOGIN, PASSWORD);
    const paths = await other.paths();
    if (!paths.includes(pathOf('Trash'))) await other.client.mailboxCreate(pathOf('Trash'));
    for (const subject of ['one', 'two', 'three']) await other.append('INBOX', letter(subject));
    const settings = { login: LOGIN, keepServerCopies: false, createTasks: true };
    const ports = { imapPort: peer.port, smtpPort: 1 };
    const body = accountOn(ports, `${name.toLowerCase()}@example.test`, PASSWORD, settings);
    account = (await addAccount(admin, body, '?skipTest=true')).id;
    reader = admin;
  }, START_MS);
  afterAll(async () => {
    other?.close();
    if (account) done(await admin.delete(`/api/accounts/${account}`));
    await peer?.stop();
  });

  const pathOf = (...levels: string[]): string => namespace.prefix + levels.join(namespace.delimiter);
  const listed = (query = ''): Promise<Listed[]> => allOf<Listed>(reader, `/api/accounts/${account}/messages${query}`);
  const subjects = async (): Promise<string[]> => (await listed()).map(({ subject }) => subject!).sort();
  const called = async (subject: string, query?: string): Promise<Listed> =>
    (await listed(query)).find((each) => each.subject === subject)!;
  const shows = (subject: string, isSo: (one: Listed | undefined) => boolean, query = '') =>
    waitUntil(() => called(subject, query), isSo);
  const serverShows = (path: string, isSo: (flags: Record<string, string[]>) => boolean) =>
    waitUntil(() => other.flagsIn(path), isSo);
  const folders = async (): Promise<Map<string, Folder>> => {
    await service.settled();
    const { items } = done(await admin.get<{ items: Folder[] }>(`/api/accounts/${account}/folders`));
    return new Map(items.map((folder) => [folder.path, folder]));
  };
  /** Carries out a command; lists show it from then on. */
  const command = async (answer: Promise<Answer<unknown>>): Promise<Recorded> => {
    const recorded = done((await answer) as Answer<Recorded>);
    reader = admin.after(recorded);
    return recorded;
  };
  const change = async (subject: string, set: object): Promise<Recorded> =>
    command(admin.patch<Recorded>(`/api/messages/${(await called(subject)).id}`, set));

  it('fetch mail once, and see new mail, flags and removals without being asked', async () => {
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', received: 3 });
    expect(await subjects()).toEqual(['one', 'three', 'two']);
    await other.append('INBOX', letter('four'));
    await shows('four', (one) => one !== undefined);
    await other.with('four', 'INBOX', (uid) => other.client.messageFlagsAdd(uid, ['\\Seen'], { uid: true }));
    await shows('four', (one) => one!.seen);
    await other.with('four', 'INBOX', (uid) => other.client.messageDelete(uid, { uid: true }));
    await shows('four', (one) => !one!.onServer);
    const { bytes } = await admin.get(`/api/messages/${(await called('one')).id}/raw`);
    expect(bytes.toString()).toBe(letter('one').toString());
  });

  it('mark, move, delete and restore on both sides', async () => {
    const { id: work } = done(await admin.post<Recorded>(`/api/accounts/${account}/folders`, { name: 'Work' }));
    await change('one', { seen: true, flagged: true });
    await serverShows('INBOX', ({ one }) => one?.join() === '\\Flagged,\\Seen');
    await change('one', { folderId: work });
    await serverShows(pathOf('Work'), ({ one }) => one?.join() === '\\Flagged,\\Seen');
    expect(await other.flagsIn('INBOX')).toEqual({ two: [], three: [] });

    await other.with('one', pathOf('Work'), (uid) => other.client.messageMove(uid, 'INBOX', { uid: true }));
    await fetchMail(admin, account);
    await shows('one', (one) => one !== undefined, '?folder=INBOX');
    expect(await listed(`?folder=${work}`)).toEqual([]);

    const { id } = await called('two');
    await command(admin.delete(`/api/messages/${id}`));
    await serverShows(pathOf('Trash'), ({ two }) => two !== undefined);
    expect(await other.flagsIn('INBOX')).not.toHaveProperty('two');
    await command(admin.post(`/api/messages/${id}/restore`));
    await serverShows('INBOX', ({ two }) => two !== undefined);
    expect(await other.flagsIn(pathOf('Trash'))).toEqual({});

    await other.with('three', 'INBOX', (uid) => other.client.messageFlagsAdd(uid, ['\\Deleted'], { uid: true }));
    await shows('three', (one) => one!.deletedElsewhere);
    await fetchMail(admin, account);
    await service.settled();
    expect(await subjects()).toEqual(['four', 'one', 'three', 'two']);
    expect(await allOf(admin, `/api/tasks?accountId=${account}`)).toHaveLength(4);
  });

  it('create, rename and remove folders on both sides', async () => {
    const { id } = done(await admin.post<Recorded>(`/api/accounts/${account}/folders`, { name: 'Kunden ł' }));
    expect(await other.paths()).toContain(pathOf('Kunden ł'));
    for (const subject of ['five', 'six']) await other.append(pathOf('Kunden ł'), letter(subject));
    expect(await fetchMail(admin, account)).toMatchObject({ received: 2 });
    const mail = (await listed(`?folder=${id}`)).map((each) => each.id).sort();
    expect(mail).toHaveLength(2);

    const below = (await folders()).get(pathOf('Work'))!.id;
    done(await admin.patch(`/api/folders/${id}`, { name: 'Klienci & ś', parentId: below }));
    expect(await other.paths()).toContain(pathOf('Work', 'Klienci & ś'));
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', received: 0 });
    await service.settled();
    expect((await listed(`?folder=${id}`)).map((each) => each.id).sort()).toEqual(mail);

    await other.client.mailboxRename(pathOf('Work', 'Klienci & ś'), pathOf('Clients'));
    expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', received: 0 });
    const clients = (await folders()).get(pathOf('Clients'))!;
    expect(clients).toMatchObject({ total: 2, onServer: true });
    expect(clients.id === id).toBe(keepsUidValidity);
    expect((await listed(`?folder=${clients.id}`)).map((each) => each.id).sort()).toEqual(mail);

    expect(await admin.delete(`/api/folders/${clients.id}`)).toMatchObject({ body: { reason: 'folder-not-empty' } });
    done(await admin.delete(`/api/folders/${clients.id}?withMail=true`));
    expect(await other.paths()).not.toContain(pathOf('Clients'));
    expect(Object.keys(await other.flagsIn(pathOf('Trash'))).sort()).toEqual(['five', 'six']);
    await other.client.mailboxDelete(pathOf('Work'));
    await fetchMail(admin, account);
    expect((await folders()).get(pathOf('Work'))).toMatchObject({ onServer: false });
    expect(await subjects()).toEqual(['four', 'one', 'three', 'two']);
    expect((await listed('?box=trash')).map((each) => each.id).sort()).toEqual(mail);
  });
});
