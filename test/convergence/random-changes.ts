import assert from 'node:assert/strict';
import { fetchMail, startFetch } from '../journeys/mailbox.js';
import type { Held } from './other-program.js';
import { FETCHED, FOLDERS, type Listed, type Random, type SharedMailbox } from './shared-mailbox.js';

/** A change of one side. @returns its description, for the message of a failure */
type Change = (mailbox: SharedMailbox, random: Random) => Promise<string>;

const FLAGS = ['\\Seen', '\\Flagged', '\\Answered'] as const;
const NOTHING = 'nothing there';

const oneOf = <T>(all: readonly T[], random: Random, word: string): T => all[random(all.length, word)]!;

/** One to three of them. */
function some<T>(all: readonly T[], random: Random): T[] {
  const from = random(Math.max(1, all.length), 'from');
  return all.slice(from, from + 1 + random(3, 'number'));
}

async function elsewhere(
  { other }: SharedMailbox,
  random: Random,
  act: (uids: number[], path: string) => Promise<string>,
): Promise<string> {
  const path = oneOf(FOLDERS, random, 'folder');
  const chosen: Held[] = some(await other.open(path), random);
  if (chosen.length === 0) return NOTHING;
  const what = await act(
    chosen.map(({ uid }) => uid),
    path,
  );
  return `${chosen.map(({ name }) => name).join(' ')} in ${path} ${what}`;
}

const markElsewhere: Change = (mailbox, random) =>
  elsewhere(mailbox, random, async (uids) => {
    const [flag, value] = [oneOf(FLAGS, random, 'flag'), random(3, 'value') > 0];
    await mailbox.other.mark(uids, flag, value);
    return `${flag} ${value}`;
  });

const moveElsewhere: Change = (mailbox, random) =>
  elsewhere(mailbox, random, async (uids, path) => {
    const to = oneOf(
      FOLDERS.filter((each) => each !== path),
      random,
      'to',
    );
    await mailbox.other.move(uids, to);
    return `to ${to}`;
  });

/** As some programs do: the message stays, marked for a later removal. */
const deleteElsewhere: Change = (mailbox, random) =>
  elsewhere(mailbox, random, async (uids) => {
    const value = random(4, 'value') > 0;
    await mailbox.other.mark(uids, '\\Deleted', value);
    return `\\Deleted ${value}`;
  });

const expungeElsewhere: Change = (mailbox, random) =>
  elsewhere(mailbox, random, async (uids) => {
    await mailbox.other.expunge(uids);
    return 'expunged';
  });

const deliver: Change = async (mailbox, random) => {
  const path = oneOf(FETCHED, random, 'folder');
  const flags = random(3, 'flagged') === 0 ? [oneOf(FLAGS, random, 'flag')] : [];
  return `${await mailbox.deliver(path, flags)} in ${path} ${flags.join('')}`;
};

async function here(
  mailbox: SharedMailbox,
  random: Random,
  query: string,
  act: (chosen: readonly Listed[]) => Promise<string>,
): Promise<string> {
  const chosen = some(await mailbox.listed(query), random);
  return chosen.length === 0 ? NOTHING : `${chosen.map(({ subject }) => subject).join(' ')} ${await act(chosen)}`;
}

async function changeHere({ requests }: SharedMailbox, chosen: readonly Listed[], set: object): Promise<void> {
  const ids = chosen.map(({ id }) => id);
  const { status, body } = await requests.patch<{ items: { done: boolean }[] }>('/api/messages', { ids, set });
  assert.ok(status < 400 && body.items.every((item) => item.done), JSON.stringify(body));
}

const markHere: Change = (mailbox, random) =>
  here(mailbox, random, '', async (chosen) => {
    const set = { [oneOf(['seen', 'flagged'], random, 'flag')]: random(3, 'value') > 0 };
    await changeHere(mailbox, chosen, set);
    return JSON.stringify(set);
  });

const moveHere: Change = (mailbox, random) =>
  here(mailbox, random, '', async (chosen) => {
    const path = oneOf(FETCHED, random, 'to');
    const folderId = await mailbox.folderId(path);
    if (folderId === undefined) return 'before the folder is known';
    await changeHere(mailbox, chosen, { folderId });
    return `to ${path}`;
  });

const deleteHere: Change = (mailbox, random) =>
  here(mailbox, random, '', async (chosen) => {
    for (const { id, subject } of chosen) {
      await mailbox.command(mailbox.requests.delete<{ position: string }>(`/api/messages/${id}`));
      mailbox.deleted.add(subject!);
    }
    return 'deleted';
  });

const restoreHere: Change = (mailbox, random) =>
  here(mailbox, random, '?box=trash', async (chosen) => {
    for (const { id, subject } of chosen) {
      await mailbox.command(mailbox.requests.post<{ position: string }>(`/api/messages/${id}/restore`));
      mailbox.deleted.delete(subject!);
    }
    return 'restored';
  });

const fetchWhole: Change = async ({ requests, accountId }) => (await fetchMail(requests, accountId)).state;
const fetchMeanwhile: Change = async ({ requests, accountId }) => (await startFetch(requests, accountId)).fetchId;

/** Each as often as it is likely. */
export const CHANGES = [
  ...[deliver, deliver, fetchWhole, fetchWhole, fetchMeanwhile, fetchMeanwhile],
  ...[markElsewhere, markElsewhere, moveElsewhere, moveElsewhere, deleteElsewhere, expungeElsewhere],
  ...[markHere, markHere, moveHere, moveHere, deleteHere, restoreHere],
  ...(['cut', 'cut', 'restart'] as const),
];
