import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  await box.connect();
});
afterEach(() => box.close());
afterAll(() => service?.stop());

const letter = (id: string, links: Record<string, string> = {}, subject = id): Buffer =>
  Buffer.from(
    [
      'From: anna@firm.test',
      `Message-ID: <${id}@firm.test>`,
      `Subject: ${subject}`,
      ...Object.entries(links).map(([name, value]) => `${name}: ${value}`),
      '',
      `About ${id}`,
      '',
    ].join('\r\n'),
  );
const arrive = (raw: Buffer, folder = 'INBOX'): number => box.server.deliver(box.address, folder, raw);

/** Subjects by conversation, in the order of the first one. */
async function conversations(): Promise<string[][]> {
  const byThread = new Map<string, string[]>();
  for (const { threadId, subject } of await box.onRecord())
    byThread.set(threadId, [...(byThread.get(threadId) ?? []), subject!].toSorted());
  return [...byThread.values()].toSorted(([a], [b]) => a!.localeCompare(b!));
}
const inThread = async (threadId: string): Promise<string[]> =>
  (await allOf<MessageSummary>(admin, `/api/threads/${threadId}`)).map(({ subject }) => subject!).toSorted();

const cases = ['a', 'b', 'c', 'd', 'e'].map((name) => `09-t-${name}`);
const readCase = (name: string): Buffer => readFileSync(join('test', 'cases', 'mail', `${name}.eml`));

it.each([
  ['at once', [cases]],
  ['one by one', cases.map((one) => [one])],
  ['backwards', cases.toReversed().map((one) => [one])],
  ['with the links between them last', [['09-t-e', '09-t-d'], ['09-t-a'], ['09-t-c'], ['09-t-b']]],
])('answers that name different ancestors are one conversation when they arrive %s', async (_, batches) => {
  for (const batch of batches) {
    for (const name of batch) arrive(readCase(name));
    await box.fetch();
  }
  expect(await conversations()).toEqual([cases]);
});

it('an id of a conversation that joined an older one leads to all of it', async () => {
  arrive(letter('late-answer', { References: '<middle@firm.test>' }));
  await box.fetch();
  const [{ threadId: younger }] = (await box.onRecord()) as [MessageSummary];
  arrive(letter('first'));
  await box.fetch();
  const older = (await box.onRecord()).find(({ subject }) => subject === 'first')!.threadId;
  arrive(letter('middle', { References: '<first@firm.test>' }));
  arrive(letter('other'));
  await box.fetch();
  expect(await conversations()).toEqual([['first', 'late-answer', 'middle'], ['other']]);
  for (const id of [younger, older]) expect(await inThread(id)).toEqual(['first', 'late-answer', 'middle']);
});

it('two conversations join when a message answers the later mail of both', async () => {
  arrive(letter('other'));
  arrive(letter('late-one', { References: '<one@firm.test>' }));
  await box.fetch();
  arrive(letter('joining', { References: '<other@firm.test> <late-one@firm.test>' }));
  await box.fetch();
  expect(await conversations()).toEqual([['joining', 'late-one', 'other']]);
  arrive(letter('late-two', { References: '<two@firm.test>' }));
  arrive(letter('late-three', { References: '<three@firm.test>' }));
  await box.fetch();
  arrive(letter('both', { 'In-Reply-To': '<late-two@firm.test> <late-three@firm.test>' }));
  await box.fetch();
  expect((await conversations())[0]).toEqual(['both', 'late-three', 'late-two']);
});

it('sent mail belongs to the conversation of the mail that it answers', async () => {
  arrive(letter('question'));
  arrive(letter('answer', { 'In-Reply-To': '<question@firm.test>' }), 'Sent');
  await box.fetch();
  expect(await conversations()).toEqual([['answer', 'question']]);
});

it('equal subjects, and the address of a person as In-Reply-To, join nothing', async () => {
  arrive(letter('one', { 'In-Reply-To': 'Your message <anna@firm.test>' }, 'Order'));
  arrive(letter('two', { 'In-Reply-To': '<anna@firm.test>', References: '<anna@firm.test>' }, 'Re: Order'));
  arrive(letter('three', {}, 'Order'));
  await box.fetch();
  expect(await conversations()).toHaveLength(3);
});

it('conversations of different accounts stay apart', async () => {
  const other = await FreshMailbox.open(service, admin);
  try {
    await other.connect();
    const raw = letter('question');
    for (const each of [box, other]) each.server.deliver(each.address, 'INBOX', raw);
    await Promise.all([box.fetch(), other.fetch()]);
    const [mine, others] = [await box.onRecord(), await other.onRecord()];
    expect(mine).toHaveLength(1);
    expect(mine[0]!.threadId).not.toBe(others[0]!.threadId);
  } finally {
    await other.close();
  }
});
