import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

const LOGIN = 'anna@example.test';
const PASSWORD = 'secret-of-anna';

let service: RunningService;
let mail: MailServer;
let admin: Requests;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: { [LOGIN]: PASSWORD } })]);
  mail.faults.hidden.add('MOVE');
  admin = await service.signedIn();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

it('a move that ends between copy and removal leaves one message beside a stranger’s with its Message-ID', async () => {
  mail.account(LOGIN).create('Orders');
  const lines = ['Message-ID: <one@kiosk.example>', 'From: kim@kiosk.example', 'Subject: one', '', 'Text', ''];
  mail.deliver(LOGIN, 'INBOX', Buffer.from(lines.join('\r\n')));
  const stranger = lines.with(1, 'From: eve@kiosk.example').with(4, 'Another text');
  mail.deliver(LOGIN, 'Orders', Buffer.from(stranger.join('\r\n')));
  const account = (await addAccount(admin, accountOn(mail, LOGIN, PASSWORD))).id;
  await fetchMail(admin, account);
  await service.settled();
  const { id } = (await allOf<MessageSummary>(admin, '/api/messages')).find(
    ({ from }) => from?.address === 'kim@kiosk.example',
  )!;
  type Folders = { items: { id: string; path: string }[] };
  const folders = done(await admin.get<Folders>(`/api/accounts/${account}/folders`)).items;
  const folderId = folders.find(({ path }) => path === 'Orders')!.id;

  mail.faults.endless.add('UID STORE');
  const moved = done(await admin.patch<Recorded>(`/api/messages/${id}`, { folderId }));
  const contents = (): Promise<number[]> =>
    Promise.resolve(['INBOX', 'Orders'].map((name) => mail.account(LOGIN).folder(name).messages.length));
  await waitUntil(contents, ([, copies]) => copies === 2);
  expect(await contents()).toEqual([1, 2]);

  await waitUntil(
    () => Promise.resolve(mail.commands),
    (commands) => commands.some((each) => each.startsWith('UID STORE')),
  );
  mail.faults.endless.clear();
  mail.dropConnections();
  await fetchMail(admin, account);
  expect(await contents()).toEqual([0, 2]);
  const all = await allOf<MessageSummary>(admin.after(moved), '/api/messages');
  expect(all.map((each) => each.folderId)).toEqual([folderId, folderId]);
  expect(new Set(all.map((each) => each.id)).size).toBe(2);
});

it('a mark reaches mail that the server has renumbered meanwhile', async () => {
  const [first] = (await allOf<MessageSummary>(admin, '/api/messages')) as [MessageSummary];
  mail.account(LOGIN).renumber('Orders');
  done(await admin.patch<Recorded>(`/api/messages/${first.id}`, { flagged: true }));
  const flagged = (): Promise<number> =>
    Promise.resolve(
      mail
        .account(LOGIN)
        .folder('Orders')
        .messages.filter(({ flags }) => flags.has('\\Flagged')).length,
    );
  await waitUntil(flagged, (count) => count === 1);
  await service.settled();
  expect(await allOf(admin, '/api/messages')).toContainEqual(expect.objectContaining({ id: first.id, flagged: true }));
});
