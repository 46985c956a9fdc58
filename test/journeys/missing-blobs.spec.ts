import { randomUUID } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MAIL_SEARCH } from '../../projections/mail-search/mail-search.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary, type OpenMessage } from './mailbox.js';
import { allOf, type Answer, done, type Problem, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';
import { mailUsers } from './world.js';

const USER = 'own@example.test';

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;

beforeEach(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: mailUsers })]);
  admin = await service.signedIn();
  account = (await addAccount(admin, accountOn(mail, USER, 'secret-of-own'))).id;
});
afterEach(async () => {
  await service?.stop();
  await mail?.stop();
});

/** @param attached size of an attachment */
function deliver(word: string, folder = 'INBOX', attached = 0): Buffer {
  const head = ['From: Dora <dora@x.example>', `Subject: ${word}`, `Message-ID: <${randomUUID()}@x.example>`];
  const part = (type: string, body: string): string[] => ['--b', `Content-Type: ${type}`, '', body];
  const body = [
    ...['Content-Type: multipart/mixed; boundary=b', '', ...part('text/plain', `wordof${word}`)],
    ...[...part('application/zip', 'attached\r\n'.repeat(attached / 10)), '--b--', ''],
  ];
  const raw = Buffer.from([...head, ...body].join('\r\n'));
  mail.deliver(USER, folder, raw);
  return raw;
}

async function fetched(...words: string[]): Promise<MessageSummary[]> {
  await fetchMail(admin, account);
  await service.settled();
  const all = await allOf<MessageSummary>(admin, '/api/messages');
  return words.map((word) => all.find(({ subject }) => subject === word)!);
}

/** Paths of the packs. */
async function packs(): Promise<string[]> {
  const entries = await readdir(join(service.dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.length === 36)
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Changes every byte of the packs. */
async function flipBytes(): Promise<void> {
  for (const path of await packs()) {
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    const bytes = Buffer.alloc(size);
    await file.read(bytes, 0, size, 0);
    await file.write(
      bytes.map((byte) => byte ^ 0xff),
      0,
      size,
      0,
    );
    await file.close();
  }
}

const blobs = async (): Promise<{ missing: number; lost: number }> =>
  (await service.nobody.get<{ blobs: { missing: number; lost: number } }>('/health/ready')).body.blobs;
const found = (word: string): Promise<MessageSummary[]> => allOf(admin, `/api/messages?q=${word}`);
const opened = async ({ id }: { id: string }): Promise<OpenMessage> =>
  done(await admin.get<OpenMessage>(`/api/messages/${id}`));
const raw = ({ id }: { id: string }): Promise<Answer<Problem>> => admin.get(`/api/messages/${id}/raw`);
const repaired = (message: { id: string }): Promise<OpenMessage> =>
  waitUntil(
    () => opened(message),
    ({ content }) => content === 'complete',
  );

it.each([
  { damage: 'deleted', harm: async () => void (await Promise.all((await packs()).map((pack) => rm(pack)))) },
  { damage: 'changed', harm: flipBytes },
])('bytes that were $damage are fetched again from the mail server', async ({ harm }) => {
  const bytes = [deliver('quince'), deliver('medlar', 'Sent'), deliver('damson', 'INBOX', 3 * 1024 * 1024)];
  const messages = await fetched('quince', 'medlar', 'damson');
  await harm();
  for (const message of messages) expect(await opened(message)).toMatchObject({ content: 'damaged', text: null });
  expect(await raw(messages[0]!)).toMatchObject({ status: 409, body: { reason: 'message-damaged' } });
  for (const [n, message] of messages.entries()) {
    expect((await repaired(message)).text).toContain(`wordof${message.subject}`);
    expect((await raw(message)).bytes).toEqual(bytes[n]);
  }
  // A reader may find the bytes a moment before the repair is on record.
  await waitUntil(blobs, ({ missing }) => missing === 0);
  expect(await blobs()).toEqual({ missing: 0, lost: 0 });
});

it('a message that was moved on the server is found by its Message-ID', async () => {
  const bytes = deliver('quince');
  const [message] = await fetched('quince');
  mail.expunge(USER, 'INBOX', 1);
  mail.deliver(USER, 'Trash', Buffer.from('Subject: another\r\n\r\nmail\r\n'));
  mail.deliver(USER, 'Trash', bytes);
  await flipBytes();
  expect(await opened(message!)).toMatchObject({ content: 'damaged' });
  await repaired(message!);
  expect((await raw(message!)).bytes).toEqual(bytes);
});

it('a message that the server does not have any more is lost, until its bytes come back', async () => {
  const bytes = deliver('quince');
  const [message] = await fetched('quince');
  mail.expunge(USER, 'INBOX', 1);
  await flipBytes();
  const lost = await waitUntil(
    () => opened(message!),
    ({ content }) => content === 'lost',
  );
  expect(lost).toMatchObject({ subject: 'quince', text: null });
  expect(await raw(message!)).toMatchObject({ status: 409, body: { reason: 'message-lost' } });
  expect(await blobs()).toEqual({ missing: 0, lost: 1 });

  mail.deliver(USER, 'INBOX', bytes);
  await fetchMail(admin, account);
  expect(await opened(message!)).toMatchObject({ content: 'complete' });
  expect(await blobs()).toEqual({ missing: 0, lost: 0 });
});

it('is counted by health while the mail server is away, and repaired once it answers', async () => {
  deliver('quince');
  const [message] = await fetched('quince');
  const { imapPort, smtpPort } = mail;
  await mail.stop();
  await flipBytes();
  expect(await opened(message!)).toMatchObject({ content: 'damaged' });
  expect(await blobs()).toEqual({ missing: 1, lost: 0 });
  await mail.listen(imapPort, smtpPort);
  await repaired(message!);
  await waitUntil(blobs, (now) => now.missing === 0 && now.lost === 0);
});

it('a message store that is gone at the start is announced in one line, and its messages are fetched again', async () => {
  deliver('quince');
  deliver('medlar');
  const [quince] = await fetched('quince', 'medlar');
  const { dataDir } = service;
  const folder = join(dataDir, 'blobs');
  await service.end();
  await rm(folder, { recursive: true });
  const again = await RunningService.start({ beside: service });
  try {
    const told = again.logged.filter((line) => line.includes(folder));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('restore the folder from a backup');
    admin = await again.signedIn();
    await repaired(quince!);
  } finally {
    await again.stop();
  }
});

it('mail that is indexed while its bytes are missing is found by its text after the repair', async () => {
  await service.stop();
  service = await RunningService.start({ env: { ROLES: 'api,mail' } });
  admin = await service.signedIn();
  const search = await service.service.platform.locks.tryAcquire(`follower ${MAIL_SEARCH}`);
  const others = await RunningService.start({ beside: service, env: { ROLES: 'projections' } });
  try {
    account = (await addAccount(admin, accountOn(mail, USER, 'secret-of-own'))).id;
    deliver('quince');
    await fetchMail(admin, account);
    const { imapPort, smtpPort } = mail;
    await mail.stop();
    await flipBytes();
    await search!.release();
    expect(await waitUntil(blobs, (now) => now.missing === 1)).toEqual({ missing: 1, lost: 0 });
    expect(await found('quince')).toHaveLength(1);
    expect(await found('wordofquince')).toHaveLength(0);
    await mail.listen(imapPort, smtpPort);
    await waitUntil(
      () => found('wordofquince'),
      (items) => items.length === 1,
    );
  } finally {
    await others.stop();
  }
});
