import assert from 'node:assert/strict';
import { fetchMail, startFetch } from '../journeys/mailbox.js';
import type { Held } from './other-program.js';
import { isOwn, type Listed, type ListedFolder, type Random, type SharedMailbox } from './shared-mailbox.js';

/** A change of one side. @returns its description, for the message of a failure */
type Change = (mailbox: SharedMailbox, random: Random) => Promise<string>;

const FLAGS = ['\\Seen', '\\Flagged', '\\Answered'] as const;
const NOTHING = 'nothing there';
/** Names of new folders, and new names. */
const NAMES = ['Archive', 'Beta', 'Projects', 'Zażółć'];

const oneOf = <T>(all: readonly T[], random: Random, word: string): T => all[random(all.length, word)]!;

/** One to three of them. */
function some<T>(all: readonly T[], random: Random): T[] {
  const from = random(Math.max(1, all.length), 'from');
  return all.slice(from, from + 1 + random(3, 'number'));
}

async function elsewhere(
  mailbox: SharedMailbox,
  random: Random,
  act: (uids: number[], path: string) => Promise<string>,
): Promise<string> {
  const path = oneOf(await mailbox.paths(), random, 'folder');
  const chosen: Held[] = some(await mailbox.other.open(path), random);
  const uids = chosen.map(({ uid }) => uid);
  const what = chosen.length === 0 ? NOTHING : await act(uids, path);
  await mailbox.other.leave();
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
      (await mailbox.paths()).filter((each) => each !== path),
      random,
      'to',
    );
    await mailbox.other.move(uids, to);
    return `to ${to}`;
  });

/** As some programs do: the message stays, marked for a later removal. Copies of the service are not taken back. */
const deleteElsewhere: Change = (mailbox, random) =>
  elsewhere(mailbox, random, async (uids) => {
    const value = mailbox.leavesRemoved || random(4, 'value') > 0;
    await mailbox.other.mark(uids, '\\Deleted', value);
    return `\\Deleted ${value}`;
  });

const expungeElsewhere: Change = (mailbox, random) =>
  elsewhere(mailbox, random, async (uids) => {
    await mailbox.other.expunge(uids);
    return 'expunged';
  });

const deliver: Change = async (mailbox, random) => {
  const path = oneOf(
    (await mailbox.paths()).filter((each) => each !== 'Trash'),
    random,
    'folder',
  );
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

interface Changed {
  items: { done: boolean; reason?: string }[];
}

/** @returns the reason if the target folder has vanished meanwhile: a watched account learns of it at any moment */
async function changeHere({ requests }: SharedMailbox, chosen: readonly Listed[], set: object): Promise<string> {
  const ids = chosen.map(({ id }) => id);
  const { status, body } = await requests.patch<Changed>('/api/messages', { ids, set });
  if (body.items?.every(({ reason }) => reason === 'folder-not-found')) return 'folder-not-found';
  assert.ok(status < 400 && body.items.every(({ done }) => done), JSON.stringify(body));
  return 'done';
}

const markHere: Change = (mailbox, random) =>
  here(mailbox, random, '', async (chosen) => {
    const set = { [oneOf(['seen', 'flagged'], random, 'flag')]: random(3, 'value') > 0 };
    return `${JSON.stringify(set)} ${await changeHere(mailbox, chosen, set)}`;
  });

const moveHere: Change = (mailbox, random) =>
  here(mailbox, random, '', async (chosen) => {
    const targets = (await mailbox.folders()).filter(({ role }) => role !== 'trash');
    if (targets.length === 0) return 'before a folder is known';
    const { id: folderId, path } = oneOf(targets, random, 'to');
    return `to ${path} ${await changeHere(mailbox, chosen, { folderId })}`;
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

/** A path that is free on the server, at the top or below one of these folders; undefined: the name is taken there. */
async function freePath({ other }: SharedMailbox, above: readonly string[], random: Random): Promise<string[]> {
  const parent = oneOf(['', ...above], random, 'above');
  const path = `${parent && `${parent}/`}${oneOf(NAMES, random, 'name')}`;
  return (await other.folders()).includes(path) ? [] : [path];
}

const ownPaths = async (mailbox: SharedMailbox): Promise<string[]> => (await mailbox.paths()).filter(isOwn);

const createFolderElsewhere: Change = async (mailbox, random) => {
  const [path] = await freePath(mailbox, await ownPaths(mailbox), random);
  if (path === undefined) return NOTHING;
  await mailbox.other.createFolder(path);
  return path;
};

const renameFolderElsewhere: Change = async (mailbox, random) => {
  const own = await ownPaths(mailbox);
  if (own.length === 0) return NOTHING;
  const from = oneOf(own, random, 'folder');
  const above = own.filter((path) => path !== from && !path.startsWith(`${from}/`));
  const [to] = await freePath(mailbox, above, random);
  if (to === undefined) return NOTHING;
  await mailbox.other.renameFolder(from, to);
  return `${from} to ${to}`;
};

const removeFolderElsewhere: Change = async (mailbox, random) => {
  const own = await ownPaths(mailbox);
  if (own.length === 0) return NOTHING;
  const path = oneOf(own, random, 'folder');
  await mailbox.other.removeFolder(path);
  return path;
};

/** Reasons for which the service, or the server, refuses a change of folders that a test cannot foresee. */
const MAY_REFUSE = new Set([
  ...['folder-not-found', 'folder-exists', 'folder-below-itself', 'folder-has-folders', 'folder-not-empty'],
  ...['folder-cannot-be-emptied', 'refused-by-server', 'connection-lost', 'unreachable', 'timed-out'],
]);

async function tried(answer: Promise<{ status: number; body: { reason?: string } }>): Promise<string> {
  const { status, body } = await answer;
  if (status < 400) return 'done';
  assert.ok(MAY_REFUSE.has(body.reason!), JSON.stringify(body));
  return body.reason!;
}

const ownFolders = async (mailbox: SharedMailbox): Promise<ListedFolder[]> =>
  (await mailbox.folders()).filter(({ path }) => isOwn(path));

async function ofFolderHere(
  mailbox: SharedMailbox,
  random: Random,
  act: (folder: ListedFolder, all: readonly ListedFolder[]) => Promise<string>,
): Promise<string> {
  const all = await ownFolders(mailbox);
  if (all.length === 0) return NOTHING;
  const folder = oneOf(all, random, 'folder');
  return `${folder.path} ${await act(folder, all)}`;
}

const createFolderHere: Change = async (mailbox, random) => {
  const above = oneOf([undefined, ...(await ownFolders(mailbox))], random, 'above');
  const name = oneOf(NAMES, random, 'name');
  const body = { name, ...(above && { parentId: above.id }) };
  return `${name} in ${above?.path} ${await tried(mailbox.requests.post(`/api/accounts/${mailbox.accountId}/folders`, body))}`;
};

const renameFolderHere: Change = (mailbox, random) =>
  ofFolderHere(mailbox, random, async ({ id }, all) => {
    const above = oneOf([null, ...all], random, 'above');
    const name = oneOf(NAMES, random, 'name');
    const set = { name, ...(random(2, 'moves') > 0 && { parentId: above && above.id }) };
    return `${JSON.stringify(set)} ${await tried(mailbox.requests.patch(`/api/folders/${id}`, set))}`;
  });

/** The mail of the folder is in the trash of the CRM afterwards. */
const removeFolderHere: Change = (mailbox, random) =>
  ofFolderHere(mailbox, random, async ({ id }) => {
    const answer = await mailbox.requests.delete<{ position: string; reason?: string }>(
      `/api/folders/${id}?withMail=true`,
    );
    if (answer.status < 400) {
      await mailbox.command(Promise.resolve(answer));
      for (const { subject } of await mailbox.listed('?box=trash')) mailbox.deleted.add(subject!);
    }
    return tried(Promise.resolve(answer));
  });

const chooseFolderHere: Change = (mailbox, random) =>
  ofFolderHere(mailbox, random, async ({ id }) => {
    const set = { fetched: random(2, 'fetched') > 0 };
    return `${JSON.stringify(set)} ${await tried(mailbox.requests.patch(`/api/folders/${id}`, set))}`;
  });

const fetchWhole: Change = async ({ requests, accountId }) => (await fetchMail(requests, accountId)).state;
const fetchMeanwhile: Change = async ({ requests, accountId }) => (await startFetch(requests, accountId)).fetchId;

/** Each as often as it is likely. */
export const CHANGES = [
  ...[deliver, deliver, fetchWhole, fetchWhole, fetchMeanwhile, fetchMeanwhile],
  ...[markElsewhere, markElsewhere, moveElsewhere, moveElsewhere, deleteElsewhere, expungeElsewhere],
  ...[markHere, markHere, moveHere, moveHere, deleteHere, restoreHere],
  ...[createFolderElsewhere, renameFolderElsewhere, removeFolderElsewhere],
  ...[createFolderHere, renameFolderHere, removeFolderHere, chooseFolderHere],
  ...(['cut', 'cut', 'restart'] as const),
];
