import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ImapFlow } from 'imapflow';
import { type MailServer, startMailServer } from '../../demo/mail-server/mail-server.js';
import { hashOf } from './demo-mailbox.js';
import {
  accountOn,
  addAccount,
  fetchMail,
  type FolderGaps,
  gapsOf,
  type MessageSummary,
  type OpenMessage,
  startFetch,
  endOf,
} from './mailbox.js';
import { allOf, done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

const anna = 'anna@example.test';
const users = { [anna]: 'her-mailbox' };
let service: RunningService;
let mail: MailServer;
let admin: Requests;
let accountId: string;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

/** Each mailbox begins anew: a server and an account of its own. */
let number = 0;
let address: string;
beforeEach(async () => {
  await mail?.stop();
  address = `box${number++}@example.test`;
  mail = await startMailServer({ users: { ...users, [address]: 'secret' } });
});
afterAll(() => mail?.stop());

const connected = async (settings: object = {}): Promise<void> => {
  accountId = (await addAccount(admin, accountOn(mail, address, 'secret', settings))).id;
};
const letter = (subject: string, body = 'Hello'): Buffer =>
  Buffer.from(
    `From: ben@example.org\r\nTo: ${address}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@example.org>\r\n\r\n${body}\r\n`,
  );
const deliver = (subject: string, folder = 'INBOX', body?: string): number =>
  mail.deliver(address, folder, letter(subject, body));
const onRecord = async (): Promise<MessageSummary[]> => {
  await service.settled();
  return allOf<MessageSummary>(admin, `/api/accounts/${accountId}/messages`);
};
const subjects = async (): Promise<(string | null)[]> =>
  (await onRecord()).map(({ subject }) => subject).sort((a, b) => (a ?? '').localeCompare(b ?? ''));
const inbox = async (): Promise<FolderGaps> => {
  await service.settled();
  return (await gapsOf(admin, accountId)).find(({ path }) => path === 'INBOX')!;
};
const onServer = async (work: (client: ImapFlow) => Promise<unknown>): Promise<void> => {
  const auth = { user: address, pass: 'secret' };
  const client = new ImapFlow({ host: mail.host, port: mail.imapPort, secure: false, doSTARTTLS: false, auth, logger: false });
  await client.connect();
  await client.mailboxOpen('INBOX');
  await work(client);
  await client.logout();
};

it.each<[string, () => Promise<void> | void]>([
  [
    'copied to another folder',
    () => onServer(async (client) => (await client.mailboxCreate('Work'), client.messageCopy('1', 'Work'))),
  ],
  [
    'moved to another folder',
    () => onServer(async (client) => (await client.mailboxCreate('Work'), client.messageMove('1', 'Work'))),
  ],
  ['delivered again, byte by byte', () => void deliver('one')],
  ['numbered anew under another UIDVALIDITY', () => mail.changeUidValidity(address, 'INBOX')],
  ['read by another program', () => onServer((client) => client.messageFlagsAdd('1', ['\\Seen']))],
])('knows a message again that was %s', async (_, happen) => {
  for (const subject of ['one', 'two', 'three']) deliver(subject);
  await connected();
  await fetchMail(admin, accountId);
  const before = await onRecord();
  await happen();
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', received: 0, failed: 0 });
  expect((await onRecord()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(await inbox()).toMatchObject({ outstanding: 0, failed: [] });
});

it('takes a message that lies in two folders, or twice in one, once from the beginning', async () => {
  deliver('one');
  deliver('one');
  deliver('one', 'Archive');
  await connected({ createTasks: true });
  expect(await fetchMail(admin, accountId)).toMatchObject({ found: 3, received: 1 });
  expect(await subjects()).toEqual(['one']);
  expect(await allOf(admin, `/api/tasks?accountId=${accountId}`)).toHaveLength(1);
});

it('keeps what it has when the folder is emptied, and takes what comes next', async () => {
  const uids = ['one', 'two', 'three'].map((subject) => deliver(subject));
  await connected();
  await fetchMail(admin, accountId);
  for (const uid of uids) mail.expunge(address, 'INBOX', uid);
  deliver('four');
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', received: 1 });
  expect(await subjects()).toEqual(['four', 'one', 'three', 'two']);
  expect(await inbox()).toMatchObject({ onServer: 1, outstanding: 0, failed: [] });
});

it('settles a message that is expunged while the others are being fetched', async () => {
  for (let each = 0; each < 300; each++) deliver(`letter-${each}`);
  await connected();
  mail.delayMs = 40;
  const started = await startFetch(admin, accountId);
  await waitUntil(
    () => Promise.resolve(mail.commands),
    (commands) => commands.some((command) => command.startsWith('UID FETCH')),
  );
  for (const uid of [3, 150, 299]) mail.expunge(address, 'INBOX', uid);
  const fetched = await endOf(admin, started);
  mail.delayMs = 0;
  expect(fetched).toMatchObject({ state: 'done', found: 300, failed: 0 });
  expect(await inbox()).toMatchObject({ outstanding: 0, failed: [] });
  const [first, ...more] = [await subjects(), await fetchMail(admin, accountId)] as const;
  expect(new Set(first).size).toBe(first.length);
  expect(first.length).toBeGreaterThanOrEqual(297);
  expect(more).toMatchObject([{ state: 'done', found: 0, received: 0 }]);
});

it('goes on where it was when the connection breaks in the middle of a message', async () => {
  for (let each = 0; each < 20; each++) deliver(`letter-${each}`, 'INBOX', 'x'.repeat(10_000));
  await connected();
  mail.dropConnectionAfterBytes(100_000);
  const fetched = await fetchMail(admin, accountId);
  expect(fetched).toMatchObject({ state: 'done', failed: 0 });
  expect(await subjects()).toEqual(Array.from({ length: 20 }, (_, each) => `letter-${each}`).sort());
  expect(await inbox()).toMatchObject({ outstanding: 0, failed: [], received: 20 });
});

it.each<[string, (uid: number) => void]>([
  ['refuses', (uid) => mail.answerNoToFetchOf(uid)],
  ['leaves out', (uid) => mail.leaveOutOfFetch(uid)],
])('shows a message that the server %s as a gap, takes the others, and takes it as soon as it is given', async (_, withhold) => {
  const [, uid] = ['one', 'two', 'three'].map((subject) => deliver(subject));
  await connected();
  withhold(uid!);
  await fetchMail(admin, accountId);
  expect(await subjects()).toEqual(['one', 'three']);
  expect(await inbox()).toMatchObject({
    ...{ onServer: 3, received: 2, outstanding: 0 },
    failed: [{ reason: 'not-given-by-server', count: 1, uids: String(uid) }],
  });
  mail.levers.unfetchable.clear();
  mail.levers.leftOut.clear();
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', found: 1, received: 1, failed: 0 });
  expect(await subjects()).toEqual(['one', 'three', 'two']);
  expect(await inbox()).toMatchObject({ received: 3, outstanding: 0, failed: [] });
});

it('tells that the login is refused, takes up again when it is not, and says so', async () => {
  deliver('one');
  await connected();
  mail.refuseLogins(true);
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'failed', reason: 'login-refused' });
  await service.settled();
  const status = async (): Promise<object> => done(await admin.get<object>(`/api/accounts/${accountId}`));
  expect(await status()).toMatchObject({ status: 'failing', statusReason: expect.stringContaining('refused the login') });
  mail.refuseLogins(false);
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', received: 1 });
  await service.settled();
  expect(await status()).toMatchObject({ status: 'connected', statusReason: null });
});

it('leaves mail where it is that the server received before fetchSince, and says why', async () => {
  mail.deliver(address, 'INBOX', letter('old'), { internalDate: new Date('2026-02-28T23:59:00Z') });
  mail.deliver(address, 'INBOX', letter('new'), { internalDate: new Date('2026-03-01T00:01:00Z') });
  await connected({ fetchSince: '2026-03-01' });
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', received: 1 });
  expect(await subjects()).toEqual(['new']);
  expect(await inbox()).toMatchObject({
    ...{ onServer: 2, received: 1, outstanding: 0, failed: [] },
    skipped: [{ reason: 'received-before-fetch-since', count: 1, uids: '1' }],
  });
});

it('takes a message of 30 MB and gives it back byte by byte', async () => {
  const raw = letter('large', 'The quick brown fox jumps over the lazy dog.\r\n'.repeat(680_000));
  mail.deliver(address, 'INBOX', raw);
  deliver('small');
  await connected();
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', received: 2, failed: 0 });
  const large = (await onRecord()).find(({ subject }) => subject === 'large')!;
  expect(large.size).toBe(raw.length);
  const answer = await admin.get(`/api/messages/${large.id}/raw`);
  expect([answer.headers.get('content-length'), hashOf(answer.bytes)]).toEqual([String(raw.length), hashOf(raw)]);
});

it('keeps bytes that are no message, shows them as such, and goes on with the next', async () => {
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, each) => (each * 7919 + (each >> 3)) % 256));
  mail.deliver(address, 'INBOX', noise);
  deliver('after it');
  await connected();
  expect(await fetchMail(admin, accountId)).toMatchObject({ state: 'done', received: 2, failed: 0 });
  const odd = (await onRecord()).find(({ subject }) => subject !== 'after it')!;
  expect((await admin.get(`/api/messages/${odd.id}/raw`)).bytes.equals(noise)).toBe(true);
  expect((await admin.get<OpenMessage>(`/api/messages/${odd.id}`)).status).toBe(200);
});
