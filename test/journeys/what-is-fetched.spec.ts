import { startMailServer } from '../mail-server/mail-server.js';
import { FreshMailbox } from './fresh-mailbox.js';
import { endOf, gapsOf, type MessageSummary, startFetch } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

let service: RunningService;
let admin: Requests;
let box: FreshMailbox;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

async function withMailbox(work: () => Promise<void>, settings: object = {}): Promise<void> {
  box = await FreshMailbox.open(service, admin);
  try {
    await box.connect(settings);
    await work();
  } finally {
    await box.close();
  }
}

const change = async (set: object): Promise<Recorded> =>
  done(await admin.patch<Recorded>(`/api/accounts/${box.accountId}`, set));
const arrive = (subject: string, day: string, folder = 'INBOX'): number =>
  box.server.deliver(box.address, folder, box.letter(subject), { internalDate: new Date(`${day}T12:00:00Z`) });

it('an earlier fetchSince brings the older mail with the next fetch, a later one removes no mail', () =>
  withMailbox(
    async () => {
      for (const [subject, day] of [
        ['january', '2026-01-10'],
        ['march', '2026-03-10'],
        ['may', '2026-05-10'],
      ] as const)
        arrive(subject, day);
      await box.fetch();
      expect(await box.subjects()).toEqual(['may']);
      expect((await box.inbox()).skipped).toMatchObject([{ reason: 'received-before-fetch-since', count: 2 }]);

      await change({ fetchSince: '2026-02-01' });
      expect(await box.fetch()).toMatchObject({ state: 'done', received: 1 });
      expect(await box.subjects()).toEqual(['march', 'may']);

      await change({ fetchSince: '2026-06-01' });
      expect(await box.fetch()).toMatchObject({ state: 'done', received: 0 });
      expect(await box.subjects()).toEqual(['march', 'may']);

      await change({ fetchSince: null });
      await box.fetch();
      expect(await box.subjects()).toEqual(['january', 'march', 'may']);
      expect(await box.inbox()).toMatchObject({ received: 3, skipped: [], outstanding: 0 });
    },
    { fetchSince: '2026-04-01' },
  ));

it('a send-only account hides its received mail, and shows it again afterwards', () =>
  withMailbox(async () => {
    arrive('in', '2026-05-10');
    arrive('out', '2026-05-11', 'Sent');
    await box.fetch();
    await service.settled();
    const [received] = await allOf<MessageSummary>(admin, `/api/accounts/${box.accountId}/messages?box=received`);
    const shows = async (path: string): Promise<string[]> =>
      (await allOf<MessageSummary>(admin, path)).map(({ subject }) => subject!).sort();
    const lists = [
      `/api/accounts/${box.accountId}/messages`,
      `/api/messages`,
      `/api/messages?q=example.org`,
      `/api/accounts/${box.accountId}/messages?unread=true`,
      `/api/accounts/${box.accountId}/messages?box=received`,
      `/api/accounts/${box.accountId}/messages?folder=INBOX`,
    ];
    const singles = [
      `/api/messages/${received!.id}`,
      `/api/messages/${received!.id}/raw`,
      `/api/threads/${received!.threadId}`,
    ];
    const inAll = (): Promise<string[][]> => Promise.all(lists.map(shows));
    // The search is a moment behind the lists.
    const before = await waitUntil(inAll, (all) => all.every((subjects) => subjects.includes('in')));

    await change({ sendOnly: true });
    await service.settled();
    expect((await inAll()).every((subjects) => !subjects.includes('in'))).toBe(true);
    expect(await shows(lists[0]!)).toEqual(['out']);
    for (const path of singles) expect(await admin.get(path)).toMatchObject({ status: 404 });
    expect(done(await admin.get(`/api/accounts/${box.accountId}`))).toMatchObject({ sendOnly: true, unread: 0 });
    expect(await admin.post(`/api/accounts/${box.accountId}/fetch`)).toMatchObject({
      status: 409,
      body: { reason: 'send-only' },
    });

    await change({ sendOnly: false });
    await service.settled();
    expect(await inAll()).toEqual(before);
    for (const path of singles) expect(await admin.get(path)).toMatchObject({ status: 200 });
  }));

it('a running fetch stops when the account becomes send-only, and a later fetch receives the mail', () =>
  withMailbox(async () => {
    for (let n = 0; n < 20; n++) arrive(`letter ${n}`, '2026-05-10');
    // Slower than the test waits, so that the fetch can end only because it is stopped.
    box.server.faults.delayMs = 60_000;
    const started = await startFetch(admin, box.accountId);
    await change({ sendOnly: true });
    expect(await endOf(admin, started)).toMatchObject({ state: 'failed', reason: 'send-only' });
    expect(done(await admin.get(`/api/accounts/${box.accountId}`))).toMatchObject({ status: 'connected' });
    box.server.faults.delayMs = 0;
    await change({ sendOnly: false });
    expect(await box.fetch()).toMatchObject({ state: 'done', received: 20 });
  }));

it('mail of one server does not count as received at another server with the same UIDs', () =>
  withMailbox(async () => {
    arrive('at the old one', '2026-05-10');
    await box.fetch();
    const next = await startMailServer({ users: { other: 'secret' } });
    try {
      next.deliver('other', 'INBOX', box.letter('at the new one'));
      await change({
        incoming: { host: 'localhost', port: next.imapPort, security: 'none' },
        login: 'other',
        password: 'secret',
      });
      expect(await box.fetch()).toMatchObject({ state: 'done' });
      expect(await box.subjects()).toEqual(['at the new one', 'at the old one']);
    } finally {
      await next.stop();
    }
  }));

it('the inbox is fetched first, then sent mail, then the other folders', () =>
  withMailbox(async () => {
    for (const folder of ['Drafts', 'Sent', 'INBOX']) box.deliver(folder, folder);
    await box.fetch();
    const opened = box.server.commands.flatMap((command) => /^EXAMINE "?(\w+)"?/.exec(command)?.[1] ?? []);
    expect(opened).toEqual(['INBOX', 'Sent', 'Drafts', 'Junk', 'Trash']);
  }));

it('mail of each folder with sent mail is sent, and trash and junk of any language stay on the server', () =>
  withMailbox(
    async () => {
      const sent = ['Sent', 'Elementy wysłane', 'Wyslane', 'Work'];
      const left = ['Trash', 'Elementy usunięte', 'Trash/Old', 'Junk', 'Wiadomości-śmieci', 'Spam', 'Kwarantanna'];
      for (const folder of [...sent, ...left, 'Spam Kowalski']) arrive(folder, '2026-05-10', folder);
      await change({ sentFolder: 'Work' });
      await box.fetch();
      await service.settled();
      const inBox = async (name: string): Promise<string[]> =>
        (await allOf<MessageSummary>(admin, `/api/accounts/${box.accountId}/messages?box=${name}`))
          .map(({ subject }) => subject!)
          .sort();
      expect(await inBox('sent')).toEqual(sent.toSorted());
      expect(await inBox('received')).toEqual(['Spam Kowalski']);
      const gaps = await gapsOf(admin, box.accountId);
      expect(gaps.filter(({ fetched }) => !fetched).map(({ path }) => path)).toEqual(left.toSorted());
    },
    { createTasks: true },
  ));

it('folders of other people and shared ones are not fetched, unless they are chosen', () =>
  withMailbox(async () => {
    box.server.faults.namespaces = '(("" "/")) (("Users/" "/")) (("Public/" "/"))';
    for (const folder of ['Work', 'Users/ben', 'Public/Sent', 'Public/News']) arrive(folder, '2026-05-10', folder);
    await box.fetch();
    expect(await box.subjects()).toEqual(['Work']);
    await change({ sentFolder: 'Public/Sent' });
    await box.fetch();
    expect(await box.subjects()).toEqual(['Public/Sent', 'Work']);
    const gaps = await gapsOf(admin, box.accountId);
    expect(gaps.filter(({ fetched }) => !fetched).map(({ path }) => path)).toEqual([
      ...['Junk', 'Public', 'Public/News', 'Trash', 'Users', 'Users/ben'],
    ]);
  }));
