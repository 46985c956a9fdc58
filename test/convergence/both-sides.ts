import assert from 'node:assert/strict';
import { wishesStream } from '../../src/mailboxes/wishes/wish.events.js';
import { ofType, type Told, wholeLog } from '../crash/whole-log.js';
import { fetchMail } from '../journeys/mailbox.js';
import { allOf } from '../journeys/requests.js';
import type { RunningService } from '../journeys/running-service.js';
import type { Held } from './other-program.js';
import { isOwn, type Listed, type SharedMailbox } from './shared-mailbox.js';

type Flagged = Pick<Held, 'seen' | 'flagged' | 'answered'>;

const QUIET = new Set(['FetchStarted', 'FolderCompared', 'FetchFinished']);
const MOST_FETCHES = 12;

/** Brings a mailbox to rest; then the service and the server have the same, and nothing is lost or happened twice. */
export async function bothSidesAreEqual(running: RunningService, mailbox: SharedMailbox): Promise<void> {
  await chooseAll(mailbox);
  const facts = await atRest(running, mailbox);
  const [open, trash] = [await mailbox.listed(), await mailbox.listed('?box=trash')];
  const subjects = (all: readonly Listed[]): string[] => all.map(({ subject }) => subject!).sort();
  assert.deepEqual(subjects(trash), [...mailbox.deleted].sort(), 'messages deleted here stay deleted');

  const all = [...open, ...trash];
  const found = ofType(facts, 'MessageReceived').filter(({ data }) => data.accountId === mailbox.accountId);
  assert.deepEqual(
    found.map(({ data }) => data.messageId).sort(),
    all.map(({ id }) => id).sort(),
    'each message on record is listed once',
  );
  const names = new Set(subjects(all));
  assert.equal(names.size, all.length, 'each message is on record once');
  assert.deepEqual([...mailbox.shown].sort(), [...names].sort(), 'no message of an earlier list is lost');
  const tasks = await allOf<{ messageId: string }>(mailbox.requests, `/api/tasks?accountId=${mailbox.accountId}`);
  assert.deepEqual(
    tasks.map(({ messageId }) => messageId).sort(),
    all.map(({ id }) => id).sort(),
    'each message has one task',
  );

  const folders = await mailbox.folders();
  assert.deepEqual(folders.map(({ path }) => path).sort(), await mailbox.paths(), 'folders');
  const held = new Map<string, Held[]>();
  for (const { path } of folders) held.set(path, await mailbox.other.open(path));
  const copies = Map.groupBy([...held.values()].flat(), ({ name }) => name);
  // A message with copies in several folders has the flags of one of them.
  const shownOnce = (name: string, flags: Flagged, deleted: boolean): string =>
    copies.get(name)?.length === 1 ? shown(name, flags, deleted) : name;
  for (const { id, path, fetched } of folders) {
    const left = mailbox.leavesRemoved ? leftIn(held.get(path)!) : new Set();
    const isExpected = ({ name }: Held): boolean =>
      !mailbox.deleted.has(name) && (names.has(name) || fetched) && !left.has(name);
    const here = (await mailbox.listed(`?folder=${id}`)).filter(({ subject }) => !left.has(subject!));
    const there = [...Map.groupBy(held.get(path)!.filter(isExpected), ({ name }) => name).values()];
    assert.deepEqual(
      here.map((listed) => shownOnce(listed.subject!, listed, fetched && listed.deletedElsewhere)).sort(),
      there.map(([one]) => shownOnce(one!.name, one!, fetched && one!.deleted)).sort(),
      `messages in ${path}`,
    );
  }
}

/** Names of messages of which a folder has removed copies only. */
function leftIn(all: readonly Held[]): Set<string> {
  const still = new Set(all.flatMap(({ name, deleted }) => (deleted ? [] : [name])));
  return new Set(all.map(({ name }) => name).filter((name) => !still.has(name)));
}

/** Mail of a folder that is not fetched is not compared. */
async function chooseAll(mailbox: SharedMailbox): Promise<void> {
  for (const { id, path, fetched } of await mailbox.folders())
    if (isOwn(path) && !fetched) {
      const answer = await mailbox.requests.patch<{ position: string }>(`/api/folders/${id}`, { fetched: true });
      // A fetch has found the folder gone meanwhile.
      if (answer.status !== 404) await mailbox.command(Promise.resolve(answer));
    }
}

const shown = (name: string, flags: Flagged, deleted: boolean): string =>
  [
    name,
    ...(['seen', 'flagged', 'answered'] as const).filter((flag) => flags[flag]),
    ...(deleted ? ['deleted'] : []),
  ].join(' ');

/** Fetches until two fetches in a row find no change. Returns all facts. */
async function atRest(running: RunningService, mailbox: SharedMailbox): Promise<Told[]> {
  const { log } = running.service.platform;
  let last: Told[] = [];
  for (let fetches = 0, quiet = 0; quiet < 2; fetches++) {
    await running.settled();
    const before = (await wholeLog(log)).length;
    const { state, reason } = await fetchMail(mailbox.requests, mailbox.accountId);
    await running.settled();
    last = await wholeLog(log);
    const changes = last.slice(before).filter(({ type }) => !QUIET.has(type));
    quiet = changes.length === 0 && state === 'done' ? quiet + 1 : 0;
    if (fetches < MOST_FETCHES) continue;
    assert.fail(`no rest: ${state} ${reason} ${JSON.stringify(changes.map(({ type, data }) => ({ type, data })))}`);
  }
  const wishes = last.findLast(({ stream }) => stream === wishesStream(mailbox.accountId));
  const { number = 0, settled = 0 } = (wishes?.data ?? {}) as { number?: number; settled?: number };
  assert.equal(settled, number, 'wishes that the server has');
  return last;
}
