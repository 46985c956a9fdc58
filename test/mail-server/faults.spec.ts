import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { ImapFlow } from 'imapflow';
import { startMailServer, type MailServer } from './mail-server.js';

const user = 'anna@example.test';
let server: MailServer;
const open: ImapFlow[] = [];

beforeEach(async () => {
  server = await startMailServer({ users: { [user]: 'secret' } });
  for (const subject of ['one', 'two', 'three']) server.deliver(user, 'INBOX', letter(subject));
});

afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  await server.stop();
});

it('closes the connection in the middle of a literal, once', async () => {
  server.deliver(user, 'INBOX', letter('x'.repeat(100_000)));
  const client = await connect();
  await client.mailboxOpen('INBOX');
  server.dropConnectionAfterBytes(50_000);
  const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
  const seen: number[] = [];
  const fetching = (async () => {
    for await (const { uid } of client.fetch('1:*', { source: true })) seen.push(uid);
  })();
  await expect(fetching).rejects.toThrow();
  expect([seen, await closed]).toEqual([[1, 2, 3], 'closed']);
  const again = await connect();
  await again.mailboxOpen('INBOX');
  expect(await again.fetchAll('1:*', { source: true })).toHaveLength(4);
});

it('refuses every login until it accepts logins again', async () => {
  server.refuseLogins(true);
  await expect(connect()).rejects.toMatchObject({ authenticationFailed: true });
  server.refuseLogins(false);
  await expect(connect()).resolves.toBeDefined();
});

it('answers NO to the fetch of one message after it sent the others, and still lists that message', async () => {
  server.answerNoToFetchOf(2);
  const client = await connect();
  await client.mailboxOpen('INBOX');
  expect((await client.fetchAll('1:*', { uid: true, flags: true })).map(({ uid }) => uid)).toEqual([1, 2, 3]);
  const seen: number[] = [];
  const fetching = (async () => {
    for await (const { uid } of client.fetch('1:*', { source: true })) seen.push(uid);
  })();
  await expect(fetching).rejects.toMatchObject({ responseStatus: 'NO' });
  expect(seen).toEqual([1, 3]);
});

it('leaves one message out of an answer that ends with OK', async () => {
  server.leaveOutOfFetch(2);
  const client = await connect();
  await client.mailboxOpen('INBOX');
  expect((await client.fetchAll('1:*', { source: true })).map(({ uid }) => uid)).toEqual([1, 3]);
});

it('closes connections with a folder open when its UIDVALIDITY changes, and gives its messages new UIDs', async () => {
  server.expunge(user, 'INBOX', 1);
  const client = await connect();
  const before = await client.mailboxOpen('INBOX');
  const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
  void client.idle();
  server.changeUidValidity(user, 'INBOX');
  expect(await closed).toBe('closed');
  const again = await connect();
  const after = await again.mailboxOpen('INBOX');
  expect(after.uidValidity).not.toBe(before.uidValidity);
  expect(
    (await again.fetchAll('1:*', { envelope: true })).map(({ uid, envelope }) => [uid, envelope?.subject]),
  ).toEqual([
    [1, 'two'],
    [2, 'three'],
  ]);
});

it('answers late, and commands sent together wait together', async () => {
  server.delayMs = 200;
  const started = Date.now();
  const socket = connectSocket(server.imapPort, server.host);
  socket.write('a NOOP\r\nb NOOP\r\nc NOOP\r\nd NOOP\r\ne LOGOUT\r\n');
  expect(await text(socket)).toMatch(/a OK[^]*b OK[^]*c OK[^]*d OK[^]*e OK/);
  expect(Date.now() - started).toBeGreaterThanOrEqual(195);
  expect(Date.now() - started).toBeLessThan(5 * 195);
});

it('records the commands, without credentials', async () => {
  const client = await connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  await client.fetchAll('1:*', { source: true }, { uid: true });
  expect(server.commands).toEqual(
    expect.arrayContaining(['AUTHENTICATE PLAIN', 'EXAMINE INBOX', 'UID FETCH 1:* (BODY.PEEK[] MODSEQ UID)']),
  );
  expect(server.commands.join('\n')).not.toContain(Buffer.from('\0anna@example.test\0secret').toString('base64'));
});

async function connect(): Promise<ImapFlow> {
  const auth = { user, pass: 'secret' };
  const client = new ImapFlow({
    host: server.host,
    port: server.imapPort,
    secure: false,
    doSTARTTLS: false,
    auth,
    logger: false,
  });
  client.on('error', () => undefined);
  open.push(client);
  await client.connect();
  return client;
}

function letter(subject: string): Buffer {
  return Buffer.from(`From: ben@example.com\r\nSubject: ${subject.slice(0, 20)}\r\n\r\n${subject}\r\n`);
}
