import { createHash } from 'node:crypto';
import { messageIdOf } from '../../src/messages/message.decider.js';
import { messageKey, messageStream } from '../../src/messages/message.events.js';
import { messageReceived } from '../examples/message-facts.js';
import { metadata } from '../letters.js';
import { FreshMailbox } from './fresh-mailbox.js';
import type { MessageSummary } from './mailbox.js';
import { allOf, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

let service: RunningService;
let admin: Requests;
let box: FreshMailbox;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
beforeEach(async () => {
  box = await FreshMailbox.open(service, admin);
  await box.connect({ createContacts: true, createTasks: true });
});
afterEach(() => box.close());
afterAll(() => service?.stop());

interface Letter {
  id?: string;
  from?: string;
  body?: string;
  added?: string[];
}

let letters = 0;
const newId = (): string => `letter-${letters++}`;
const letter = ({ id = newId(), from = 'dora@customer.example', body = 'Hello', added = [] }: Letter): Buffer =>
  Buffer.from(
    [
      ...added,
      `From: ${from}`,
      `To: ${box.address}`,
      `Message-ID: <${id}@customer.example>`,
      'Date: Mon, 2 Mar 2026 10:00:00 +0100',
      `Subject: ${id}`,
      '',
      body,
      '',
    ].join('\r\n'),
  );
const arrive = (raw: Buffer, folder = 'INBOX'): number => box.server.deliver(box.address, folder, raw);
const tasks = async (): Promise<string[]> => {
  await service.settled();
  const all = await allOf<{ accountId: string; title: string }>(admin, '/api/tasks');
  return all.filter(({ accountId }) => accountId === box.accountId).map(({ title }) => title);
};
const contactsOf = async (address: string): Promise<unknown[]> => {
  await service.settled();
  return allOf(admin, `/api/contacts?q=${encodeURIComponent(address)}`);
};
const boxes = async (): Promise<string[]> => (await box.onRecord()).map((each) => each.box);

const ADDED = ['X-Spam-Score: 0.1', 'Delivered-To: box@other.example'];

it.each([
  ['in one folder', (raw: Buffer) => arrive(raw), (raw: Buffer) => arrive(raw)],
  ['in another folder', (raw: Buffer) => arrive(raw), (raw: Buffer) => arrive(raw, 'Work')],
])('a message to which a server adds header fields is one message, %s', async (_, first, second) => {
  const id = newId();
  first(letter({ id }));
  await box.fetch();
  second(letter({ id, added: ADDED }));
  expect(await box.fetch()).toMatchObject({ state: 'done', found: 1 });
  first(letter({ id, added: ['X-Moved: yes'] }));
  second(letter({ id, added: ['X-Moved: twice'] }));
  await box.fetch();
  expect(await box.subjects()).toEqual([id]);
  expect(await tasks()).toEqual([id]);
  const [{ id: messageId }] = (await box.onRecord()) as [MessageSummary];
  const raw = await admin.get<string>(`/api/messages/${messageId}/raw`);
  expect(raw.status).toBe(200);
});

it('a message that a release before recorded under an id of its bytes keeps that id', async () => {
  const id = newId();
  const raw = letter({ id });
  const { platform } = service.service;
  const hash = createHash('sha256').update(raw).digest('hex');
  const messageId = messageIdOf(box.accountId, hash);
  const key = (await platform.keys.ensure([messageKey(messageId)])).get(messageKey(messageId))!;
  await platform.blobs.keep([{ blob: await platform.blobs.write(raw), name: messageId, key }]);
  const recorded = messageReceived({
    accountId: box.accountId,
    messageId,
    hash,
    header: `<${id}@customer.example>`,
    from: { name: '', address: 'dora@customer.example' },
    date: '2026-03-02T09:00:00.000Z',
    subject: id,
    reactionKey: null,
    conversationKeys: null,
  });
  await platform.log.append(messageStream(messageId), 'no-stream', [recorded], metadata);
  await service.settled();
  arrive(letter({ id, added: ADDED }));
  arrive(letter({ id, body: 'another text' }));
  await box.fetch();
  const mail = await box.onRecord();
  expect(mail).toHaveLength(2);
  expect(mail.map((each) => each.id)).toContain(messageId);
});

it('copies with other header fields that arrive together are one message with readable bytes', async () => {
  const id = newId();
  for (let n = 0; n < 300; n++) arrive(letter({ id, added: [`X-Copy: ${n}`] }), n % 2 ? 'INBOX' : 'Work');
  await box.fetch();
  expect(await box.subjects()).toEqual([id]);
  const [{ id: messageId }] = (await box.onRecord()) as [MessageSummary];
  expect(await admin.get(`/api/messages/${messageId}`)).toMatchObject({
    status: 200,
    body: { text: expect.stringContaining('Hello'), content: 'complete' },
  });
});

it('the same Message-ID, From and Date with another text are two messages of one conversation with one task', async () => {
  const id = newId();
  arrive(letter({ id }));
  arrive(letter({ id, body: 'Hello\r\n-- \r\nsent by a mailing list' }));
  await box.fetch();
  arrive(letter({ id, body: 'Hello, once more' }));
  await box.fetch();
  const mail = await box.onRecord();
  expect(mail).toHaveLength(3);
  expect(new Set(mail.map(({ threadId }) => threadId)).size).toBe(1);
  expect(await tasks()).toEqual([id]);
});

it('mail in the inbox is received, also with a copy in Sent; mail in Sent and an archive is sent', async () => {
  const raw = letter({});
  arrive(raw, 'Sent');
  arrive(raw);
  const filed = letter({});
  arrive(filed, 'Work');
  arrive(filed, 'Sent');
  await box.fetch();
  expect((await boxes()).toSorted()).toEqual(['received', 'sent']);
  expect(await tasks()).toHaveLength(1);
});

it('mail of which the copy in Sent is fetched first becomes received, with its reactions', async () => {
  const [id, from] = [newId(), 'list@partner.example'];
  arrive(letter({ id, from }), 'Sent');
  await box.fetch();
  expect([await boxes(), await tasks()]).toEqual([['sent'], []]);
  arrive(letter({ id, from, added: ADDED }));
  await box.fetch();
  expect([await boxes(), await tasks()]).toEqual([['received'], [id]]);
  expect(await contactsOf(from)).toHaveLength(1);
});

it('a contact form that sends as the account is about the person in Reply-To', async () => {
  const added = ['Reply-To: Carla Cruz <carla@visitor.example>'];
  const raw = letter({ from: box.address, added });
  arrive(raw, 'Sent');
  arrive(raw);
  await box.fetch();
  const [carla] = (await contactsOf('carla@visitor.example')) as [{ id: string; name: string }];
  expect(carla).toMatchObject({ name: 'Carla Cruz' });
  expect(await box.onRecord()).toMatchObject([{ box: 'received', contactId: carla.id, taskId: expect.any(String) }]);
});

it('mail from an own address sets nothing in motion', async () => {
  arrive(letter({ from: box.address }));
  arrive(letter({ from: box.address, added: [`Reply-To: ${box.address}`] }));
  await box.fetch();
  expect(await boxes()).toEqual(['received', 'received']);
  expect(await tasks()).toEqual([]);
});
