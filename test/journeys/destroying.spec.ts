import { CommandBus } from '@nestjs/cqrs';
import { inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import { DestroyMessages } from '../../src/messages/destroy-messages.js';
import { messageKey } from '../../src/messages/message.events.js';
import { bySystem } from '../../src/platform/commands/decide.js';
import { rebuild } from '../../src/platform/read-models/rebuild.js';
import { allProjections } from '../../src/service.js';
import { recordedByReleaseBefore } from '../earlier-release.js';
import { FreshMailbox } from './fresh-mailbox.js';
import type { MessageSummary } from './mailbox.js';
import { allOf, done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { everythingStored, rowsOf } from './stored.js';

interface Task {
  id: string;
  title: string | null;
  accountId: string;
  state: string;
}

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

const destroy = (ids: readonly string[], accountId = box.accountId): Promise<{ destroyed: number; position: string }> =>
  service.service.app
    .get(CommandBus)
    .execute(new DestroyMessages(accountId, ids, 'for-good', bySystem('test', accountId)));

let letters = 0;
interface Letter {
  id: string;
  body?: string;
  added?: string[];
}
const newId = (): string => `destroyed-${letters++}`;
const letter = ({ id, body = `marzipan of ${id}`, added = [] }: Letter): Buffer =>
  Buffer.from(
    [
      ...added,
      `From: Dora Dame <dora-${id}@customer.example>`,
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
const tasks = async (): Promise<Task[]> => {
  await service.settled();
  return (await allOf<Task>(admin, '/api/tasks')).filter(({ accountId }) => accountId === box.accountId);
};

const titles = async (): Promise<Set<string | null>> => new Set((await tasks()).map(({ title }) => title));

async function received(...ids: string[]): Promise<MessageSummary[]> {
  for (const id of ids) arrive(letter({ id }));
  await box.fetch();
  const all = await box.onRecord();
  return ids.map((id) => all.find(({ subject }) => subject === id)!);
}

async function earlierMail(id: string): Promise<{ messageId: string; taskId: string }> {
  const mail = await recordedByReleaseBefore(service.service.platform, {
    ...{ accountId: box.accountId, folderId: inboxIdOf(box.accountId), raw: letter({ id }) },
    ...{ header: `<${id}@customer.example>`, from: `dora-${id}@customer.example`, date: '2026-03-02T09:00:00.000Z' },
    ...{ subject: id, title: `Answer ${id}` },
  });
  await service.settled();
  return mail;
}

async function rebuildsGiveEqualRows(): Promise<void> {
  const { platform } = service.service;
  const projections = allProjections(platform);
  await service.settled();
  const before = await rowsOf(service, projections);
  for (const projection of projections) await rebuild(platform, projection);
  await service.settled();
  expect(await rowsOf(service, projections)).toEqual(before);
}

it('a destroyed message is nowhere any more, and its task and its contact stay', async () => {
  const [gone, stays] = (await received(newId(), newId())) as [MessageSummary, MessageSummary];
  expect(await destroy([gone.id])).toMatchObject({ destroyed: 1 });
  expect(await box.subjects()).toEqual([stays.subject]);
  for (const path of ['', '/raw', '/attachments/0'])
    expect(await admin.get(`/api/messages/${gone.id}${path}`)).toMatchObject({ status: 404 });
  expect(done(await admin.get<{ items: unknown[] }>(`/api/messages?q="marzipan of ${gone.subject}"`)).items).toEqual(
    [],
  );
  expect(await service.service.platform.blobs.has(gone.id)).toBe(false);
  const stored = await everythingStored(service);
  expect(stored).not.toContain(`marzipan of ${gone.subject}`);
  expect(stored).toContain(`marzipan of ${stays.subject}`);
  expect(await titles()).toEqual(new Set([gone.subject, stays.subject]));
  expect(await admin.get(`/api/contacts/${gone.contactId}`)).toMatchObject({
    status: 200,
    body: { name: 'Dora Dame' },
  });
  expect(await admin.post('/api/tasks', { title: 'x', messageId: gone.id })).toMatchObject({ status: 404 });
  await rebuildsGiveEqualRows();
  expect(await titles()).toEqual(new Set([gone.subject, stays.subject]));
});

it('a destroyed message never returns, but other mail with its Message-ID, From and Date is shown', async () => {
  const id = newId();
  const [gone] = (await received(id)) as [MessageSummary];
  await destroy([gone.id]);
  arrive(letter({ id }));
  arrive(letter({ id, added: ['X-Spam-Score: 0.1'] }));
  arrive(letter({ id, added: ['X-Moved: yes'] }), 'Work');
  await box.fetch();
  box.server.changeUidValidity(box.address, 'INBOX');
  await box.fetch();
  expect(await box.subjects()).toEqual([]);
  expect(await service.service.platform.blobs.has(gone.id)).toBe(false);
  arrive(letter({ id, body: 'quite another text' }));
  await box.fetch();
  expect(await box.onRecord()).toMatchObject([{ subject: id }]);
  expect(await tasks()).toMatchObject([{ title: id }]);
});

describe('a message that a release before recorded', () => {
  it('is destroyed, and its task keeps its title and its history through a rebuild', async () => {
    const { messageId, taskId } = await earlierMail(newId());
    const history = async (): Promise<{ summary: string; changes: unknown[] }[]> =>
      (await allOf<{ summary: string; changes: unknown[] }>(admin, `/api/tasks/${taskId}/history`)).toReversed();
    const before = await history();
    expect(before).toHaveLength(2);
    await destroy([messageId]);
    await destroy([messageId]);
    await rebuildsGiveEqualRows();
    const [task] = await tasks();
    expect(task).toMatchObject({ id: taskId, state: 'open', title: expect.stringContaining('Answer ') });
    const after = await history();
    expect(after.slice(0, 2)).toEqual(before);
    expect(after).toMatchObject([{}, {}, { summary: 'kept its title when its mail was destroyed', changes: [] }]);
    done(await admin.patch(`/api/tasks/${taskId}`, { title: 'Answer soon' }));
    await rebuildsGiveEqualRows();
    expect(await tasks()).toMatchObject([{ title: 'Answer soon' }]);
  });

  it('never returns with an added header, also after a rebuild, but other mail with its Message-ID is shown', async () => {
    const id = newId();
    const { messageId } = await earlierMail(id);
    await destroy([messageId]);
    await rebuildsGiveEqualRows();
    arrive(letter({ id }));
    arrive(letter({ id, added: ['X-Spam-Score: 0.1'] }));
    await box.fetch();
    expect(await box.subjects()).toEqual([]);
    arrive(letter({ id, body: 'quite another text' }));
    await box.fetch();
    expect(await box.subjects()).toEqual([id]);
  });

  it('loses the titles of its task too when its person is erased afterwards', async () => {
    const id = newId();
    const { messageId } = await earlierMail(id);
    await destroy([messageId]);
    await service.settled();
    expect(await everythingStored(service)).toContain(`Answer ${id}`);
    const erased = done(await admin.post('/api/erasures', { address: `dora-${id}@customer.example` }));
    expect(erased).toMatchObject({ state: 'done', messages: 0, tasks: 1 });
    await service.settled();
    const stored = await everythingStored(service);
    for (const text of [`dora-${id}@`, `"${id}"`, `Answer ${id}`]) expect(stored).not.toContain(text);
    expect(await tasks()).toEqual([]);
    await rebuildsGiveEqualRows();
  });
});

it('an erasure after a destruction erases the task, and a destruction after an erasure does nothing', async () => {
  const [first, second] = [newId(), newId()];
  const [destroyed, erased] = (await received(first, second)) as [MessageSummary, MessageSummary];
  await destroy([destroyed.id]);
  await service.settled();
  const gone = done(await admin.post('/api/erasures', { address: `dora-${first}@customer.example` }));
  expect(gone).toMatchObject({ state: 'done', contacts: 1, messages: 0, tasks: 1, blobs: 0 });
  done(await admin.post('/api/erasures', { address: `dora-${second}@customer.example` }));
  expect(await destroy([destroyed.id, erased.id])).toMatchObject({ destroyed: 0 });
  await service.settled();
  expect(await tasks()).toEqual([]);
  const stored = await everythingStored(service);
  for (const id of [first, second])
    for (const text of [`dora-${id}@`, `marzipan of ${id}`, `"${id}"`]) expect(stored).not.toContain(text);
  await rebuildsGiveEqualRows();
});

it('a message that is destroyed before the mail server has followed leaves the folder there, and cannot be changed', async () => {
  done(await admin.patch(`/api/accounts/${box.accountId}`, { keepServerCopies: false }));
  const [gone] = (await received(newId())) as [MessageSummary];
  done(await admin.delete(`/api/messages/${gone.id}`));
  await destroy([gone.id]);
  expect(await admin.patch(`/api/messages/${gone.id}`, { deleted: false })).toMatchObject({ status: 404 });
  await service.settled();
  expect(await admin.patch(`/api/messages/${gone.id}`, { deleted: false })).toMatchObject({ status: 404 });
  await box.fetch();
  await box.elsewhere(async (client) => {
    expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 0 });
    expect(await client.status('Trash', { messages: true })).toMatchObject({ messages: 1 });
  });
  expect(await box.subjects()).toEqual([]);
  await rebuildsGiveEqualRows();
});

it('many destroy the same messages side by side: each message is destroyed once', async () => {
  const ids = (await received(...Array.from({ length: 12 }, newId))).map(({ id }) => id);
  const answers = await Promise.all(Array.from({ length: 5 }, () => destroy(ids)));
  expect(answers.reduce((sum, { destroyed }) => sum + destroyed, 0)).toBe(12);
  expect(await box.subjects()).toEqual([]);
  const head = await service.service.platform.store.head();
  const again = await destroy([...ids, ...ids]);
  expect(again).toEqual({
    destroyed: 0,
    position: answers
      .map(({ position }) => position)
      .sort()
      .at(-1),
  });
  expect(await service.service.platform.store.head()).toBe(head);
});

it('messages of another account, and unknown ones, are left alone', async () => {
  const [mine] = (await received(newId())) as [MessageSummary];
  expect(await destroy([mine.id, 'f'.repeat(32)], 'another-account')).toMatchObject({ destroyed: 0 });
  expect(await box.subjects()).toEqual([mine.subject]);
  const { keys } = service.service.platform;
  expect((await keys.find([messageKey(mine.id)])).size).toBe(1);
});
