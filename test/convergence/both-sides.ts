import assert from 'node:assert/strict';
import { wishesStream } from '../../src/mailboxes/wishes/wish.events.js';
import { ofType, type Told, wholeLog } from '../crash/whole-log.js';
import { fetchMail } from '../journeys/mailbox.js';
import { allOf } from '../journeys/requests.js';
import type { RunningService } from '../journeys/running-service.js';
import type { Held } from './other-program.js';
import { FETCHED, FOLDERS, type Listed, type SharedMailbox } from './shared-mailbox.js';

type Flagged = Pick<Held, 'seen' | 'flagged' | 'answered'>;

const QUIET = new Set(['FetchStarted', 'FolderCompared', 'FetchFinished']);
const MOST_FETCHES = 12;

/** Brings a mailbox to rest; then the service and the server have the same, and nothing is lost or happened twice. */
export async function bothSidesAreEqual(running: RunningService, mailbox: SharedMailbox): Promise<void> {
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

  for (const path of FOLDERS) {
    const isExpected = ({ name }: Held): boolean => !mailbox.deleted.has(name) && (names.has(name) || isFetched(path));
    const there = (await mailbox.other.open(path)).filter(isExpected);
    const here = await mailbox.listed(`?folder=${encodeURIComponent(path)}`);
    assert.deepEqual(
      here.map((listed) => shown(listed.subject!, listed, isFetched(path) && listed.deletedElsewhere)).sort(),
      there.map((held) => shown(held.name, held, isFetched(path) && held.deleted)).sort(),
      `messages in ${path}`,
    );
  }
}

const isFetched = (path: string): boolean => (FETCHED as readonly string[]).includes(path);

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
