import type { Answer, Problem } from '../journeys/requests.js';
import type { ChangingSite, ShownFolder } from './changing-site.js';
import { seeded } from './seeded.js';

/** A request that a person makes, and that a person repeats without an answer. */
export interface Asked {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object;
  /** names of messages that no longer exist after it */
  destroys?: string[];
}

export type Random = (below: number, word: string) => number;

export const randomOf =
  (seed: number, n: number): Random =>
  (below, word) =>
    seeded(seed, Math.max(1, below), n, word);

const oneOf = <T>(all: readonly T[], random: Random, word: string): T | undefined => all[random(all.length, word)];
/** Mail is moved here, so that it stays when other folders are removed. */
const STANDARD = new Set(['INBOX', 'Sent', 'Drafts', 'Trash', 'Junk']);
const MOST_FOLDERS = 8;
const LONGEST = 3;

/** A change of folders or messages; undefined: there is nothing to change. */
export async function randomChange(site: ChangingSite, random: Random, n: number): Promise<Asked | undefined> {
  const kind = random(10, 'kind');
  const folders = (await site.folders()).filter(({ onServer, selectable }) => onServer && selectable);
  const own = folders.filter(({ path }) => !STANDARD.has(path));
  if (kind < 6 || own.length === 0) return ofFolders(site, random, n, kind, own);
  return ofMessages(site, random, kind, folders);
}

function ofFolders(
  site: ChangingSite,
  random: Random,
  n: number,
  kind: number,
  own: readonly ShownFolder[],
): Asked | undefined {
  const folder = oneOf(own, random, 'folder');
  const other = oneOf(own, random, 'other');
  const mailbox = `/api/accounts/${site.accountId}/folders`;
  if (folder === undefined || (kind === 0 && own.length < MOST_FOLDERS)) {
    const parentId = other && random(2, 'level') > 0 && { parentId: other.id };
    return { method: 'POST', path: mailbox, body: { name: `folder ${n}`, ...parentId } };
  }
  const path = `/api/folders/${folder.id}`;
  switch (kind) {
    case 1:
      return { method: 'PATCH', path, body: { name: `renamed ${n}` } };
    case 2:
      return { method: 'PATCH', path, body: { parentId: other && other.id !== folder.id ? other.id : null } };
    case 3:
      return { method: 'DELETE', path: `${path}?withMail=true` };
    case 4:
      // Mail that arrives in a folder for drafts is a draft: it is shown only while the server has it.
      return { method: 'PATCH', path, body: { role: oneOf(['archive', 'sent', null], random, 'role') } };
    default:
      return { method: 'POST', path: `${mailbox}/mirror`, body: { direction: 'from-server' } };
  }
}

async function ofMessages(
  site: ChangingSite,
  random: Random,
  kind: number,
  folders: readonly ShownFolder[],
): Promise<Asked | undefined> {
  const trash = await site.listed('?box=trash');
  const gone = oneOf(trash, random, 'gone');
  if (kind === 9 && gone && random(2, 'for good') === 0)
    return { method: 'DELETE', path: `/api/messages/${gone.id}?forever=true`, destroys: [gone.subject!] };
  if (kind === 9 && gone) return { method: 'POST', path: `/api/messages/${gone.id}/restore` };
  const open = await site.listed();
  const from = random(open.length, 'from');
  const ids = open.slice(from, from + 1 + random(LONGEST, 'number')).map(({ id }) => id);
  if (ids.length === 0) return undefined;
  const to = oneOf(
    folders.filter(({ role }) => role !== 'trash' && role !== 'junk'),
    random,
    'to',
  );
  const set =
    kind === 6 ? { seen: random(2, 'seen') > 0, flagged: true } : kind === 7 ? { folderId: to!.id } : { deleted: true };
  return { method: 'PATCH', path: '/api/messages', body: { ids, set } };
}

/** Refusals of a request that a person makes twice, or too late. */
const EXPECTED = new Set([
  'folder-not-found',
  'folder-exists',
  'folder-has-folders',
  'folder-below-itself',
  'folder-cannot-be-emptied',
  'folder-not-empty',
  'message-not-found',
  'not-in-the-trash',
  'refused-by-server',
]);

/** @throws Error for an answer that nobody expects */
export function accept({ status, body }: Answer<unknown>): void {
  const { reason } = body as Problem;
  if (status >= 400 && !EXPECTED.has(reason)) throw new Error(`unexpected answer ${status}: ${JSON.stringify(body)}`);
}
