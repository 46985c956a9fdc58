import { administrator, service, user } from '../../test/examples/callers.js';
import { type LettersUnderTest, openLetters } from '../../test/letters.js';
import { factShapes } from '../all.events.js';
import type { Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { START } from '../platform/log/event-store.js';
import { FactLog, type Recorded } from '../platform/log/fact-log.js';
import { createTables } from '../platform/read-models/projection-tables.js';
import { projectionFollower } from '../platform/read-models/projection.js';
import { KnownMarks, knownMarks } from './known-marks.js';
import { ReadState } from './read-state.js';
import { readingStream } from './reading.events.js';

let letters: LettersUnderTest;
let log: FactLog;
let readState: ReadState;
beforeEach(async () => {
  letters = await openLetters(knownMarks);
  await createTables(letters.database, knownMarks);
  log = new FactLog(letters.store, letters.keys, factShapes);
  readState = new ReadState(new Decide(log), new KnownMarks(letters.database));
});
afterEach(() => letters.close());

const factsOf = ({ userId }: Caller): Promise<Recorded[]> => Array.fromAsync(log.read(readingStream('info', userId!)));
const typesOf = async (caller: Caller): Promise<string[]> => (await factsOf(caller)).map(({ type }) => type);
const mark = (caller: Caller, isRead: boolean, ...messageIds: string[]) =>
  readState.mark(caller, { accountId: 'info', messageIds, isRead }, caller.origin);

/** The lookup catches up with the facts of a person. */
async function lookedUp(caller: Caller): Promise<void> {
  const follower = projectionFollower(letters.database, letters.checkpoints, knownMarks);
  const facts = await factsOf(caller);
  const from = await letters.checkpoints.begin(knownMarks.id);
  await follower.handle(
    facts.filter(({ position }) => position > from),
    from,
    facts.at(-1)!.position,
    true,
  );
}

const ben = user('ben', 'info');

it('records marks that change something, whether or not the lookup has caught up', async () => {
  await mark(ben, true, 'message-1', 'message-2');
  const last = await mark(ben, true, 'message-1');
  await lookedUp(ben);
  expect(await mark(ben, true, 'message-2')).toBe(last);
  expect(await typesOf(ben)).toEqual(['MessagesRead']);
  await mark(ben, false, 'message-1', 'message-2');
  await mark(ben, true, 'message-2');
  await lookedUp(ben);
  await mark(ben, false, 'message-1');
  const position = await mark(ben, true, 'message-1', 'message-2', 'message-3');
  const facts = await factsOf(ben);
  expect(facts.map(({ type }) => type)).toEqual(['MessagesRead', 'MessagesUnread', 'MessagesRead', 'MessagesRead']);
  expect(facts.at(-1)).toMatchObject({ position, data: { messageIds: ['message-1', 'message-3'] } });
});

it('marks any number of messages', async () => {
  const messageIds = Array.from({ length: 1200 }, (_, n) => `message-${n}`);
  await mark(ben, true, ...messageIds);
  const lengths = (await factsOf(ben)).map(({ data }) => (data as { messageIds: string[] }).messageIds.length);
  expect(lengths).toEqual([500, 500, 200]);
});

it('records that an administrator opens an account, unless they have access of their own', async () => {
  await mark(administrator(), true, 'message-1');
  await lookedUp(administrator());
  await mark(administrator(), true, 'message-2');
  expect(await typesOf(administrator())).toEqual(['ReadUpTo', 'MessagesRead', 'MessagesRead']);
  const granted = { ...administrator(), userId: 'eve', accounts: new Set(['info']) };
  await mark(granted, true, 'message-1');
  expect(await typesOf(granted)).toEqual(['MessagesRead']);
});

it('is none of a service that acts as itself', async () => {
  expect(await mark(service('administrator'), true, 'message-1')).toBe(START);
});
