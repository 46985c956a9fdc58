import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, type Fetched, type MessageSummary, startFetch } from './mailbox.js';
import { done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

const LOGIN = 'anna@example.test';
const PASSWORD = 'secret-of-anna';
const MESSAGES = 1200;
const LONGEST_MS = 120_000;

let service: RunningService;
let mail: MailServer;
let admin: Requests;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: { [LOGIN]: PASSWORD } })]);
  admin = await service.signedIn();
  const letters = Array.from({ length: MESSAGES }, (_, n) => ({
    raw: Buffer.from(`Message-ID: <${n}@kiosk.example>\r\nFrom: kim@kiosk.example\r\nSubject: ${n}\r\n\r\nText\r\n`),
  }));
  mail.account(LOGIN).folder('INBOX').addAll(letters);
  mail.delayMs = 100;
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const seenOnServer = (): number[] =>
  mail
    .account(LOGIN)
    .folder('INBOX')
    .messages.filter(({ flags }) => flags.has('\\Seen'))
    .map(({ uid }) => uid);

const listed = async (account: string): Promise<MessageSummary[]> =>
  (await admin.get<{ items?: MessageSummary[] }>(`/api/accounts/${account}/messages?limit=1`)).body.items ?? [];

it('a mark reaches the server before the import ends, and the import goes on', async () => {
  const { id: account } = await addAccount(admin, accountOn(mail, LOGIN, PASSWORD));
  const fetch = await startFetch(admin, account);
  const first = await waitUntil(
    () => listed(account),
    (items) => items.length > 0,
    LONGEST_MS,
  );
  const ids = first.map(({ id }) => id);
  done(await admin.patch('/api/messages', { ids, set: { seen: true } }));
  await waitUntil(
    () => Promise.resolve(seenOnServer()),
    (uids) => uids.length === 1,
    LONGEST_MS,
  );
  const shown = (states: Fetched['state'][]): Promise<Fetched> =>
    waitUntil(
      async () => (await admin.get<Fetched>(`/api/fetches/${fetch.fetchId}`)).body,
      ({ state }) => states.includes(state),
      LONGEST_MS,
    );
  const meanwhile = await shown(['running', 'done', 'failed']);
  expect(meanwhile.state).toBe('running');
  expect(meanwhile.received).toBeLessThan(MESSAGES);

  const ended = await shown(['done', 'failed']);
  expect(ended).toMatchObject({ state: 'done', received: MESSAGES });
  expect((await admin.get<MessageSummary>(`/api/messages/${ids[0]}`)).body.seen).toBe(true);
  expect(seenOnServer()).toHaveLength(1);
}, 300_000);
