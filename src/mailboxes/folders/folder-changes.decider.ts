import { Refused } from '../../platform/domain.js';
import { folderOf, type Folders, foldersIn, type KnownFolder } from '../folders.fold.js';
import type { FolderRole } from '../mailbox.events.js';
import { isFetched } from './folder.decider.js';
import type { FoldersEvent } from './folder.events.js';

/** @throws Refused 404 for a folder that is not on record or gone from the server */
export function requireFolder(state: Folders, folderId: string): KnownFolder {
  const folder = folderOf(state, folderId);
  if (folder?.onServer) return folder;
  throw new Refused('folder-not-found', 'not-found', 'The account has no such folder. Reload the list of folders.');
}

/** @throws Refused 409 for the inbox */
export function requireNoInbox({ path }: KnownFolder): void {
  if (path === 'INBOX')
    throw new Refused('inbox-stays', 'conflict', 'The inbox keeps its name, its place and its role, and is fetched.');
}

/** Chooses if mail is fetched from a folder. @throws Refused 404, 409 */
export function chooseFolder(state: Folders, accountId: string, folderId: string, fetched: boolean): FoldersEvent[] {
  const folder = requireFolder(state, folderId);
  if (!fetched) requireNoInbox(folder);
  if (fetched && !folder.selectable)
    throw new Refused('folder-holds-no-mail', 'conflict', 'This folder holds other folders and no mail.');
  if (folder.fetched === fetched && (folder.chosen ?? fetched) === fetched) return [];
  return [{ type: 'FolderChosen', data: { accountId, folderId, path: folder.path, fetched, by: 'person' } }];
}

/** Gives a folder a role. @throws Refused 404, 409 */
export function setFolderRole(state: Folders, accountId: string, folderId: string, role: FolderRole): FoldersEvent[] {
  const folder = requireFolder(state, folderId);
  if (folder.role === role) return [];
  requireNoInbox(folder);
  const { path, role: from, foreign, selectable, chosen } = folder;
  const fetched = selectable && (chosen ?? isFetched({ role, foreign }));
  return [{ type: 'FolderRoleSet', data: { accountId, folderId, path, from, role, fetched, by: 'person' } }];
}

/** Path of a folder below another one; null: at the top of the personal folders. */
export function pathBelow(
  parent: Pick<KnownFolder, 'path'> | null,
  name: string,
  { prefix, delimiter }: { prefix: string; delimiter: string | null },
): string {
  if (delimiter === null && parent)
    throw new Refused('folders-have-no-levels', 'conflict', 'This server keeps all folders at one level.');
  if (delimiter !== null && name.includes(delimiter))
    throw new Refused(
      'folder-name-invalid',
      'unprocessable',
      `The server does not allow "${delimiter}" in the name of a folder. Choose another name.`,
    );
  return parent ? `${parent.path}${delimiter}${name}` : `${prefix}${name}`;
}

export interface Move {
  from: string;
  to: string;
  /** ids of the folder and of all below, by their new path */
  renamed: Map<string, string>;
}

/** Null for a folder that is there already. @throws Refused 409 */
export function moveFolder(state: Folders, folder: KnownFolder, to: string): Move | null {
  const { path: from, delimiter } = folder;
  if (from === to) return null;
  requireNoInbox(folder);
  const here = foldersIn(state).filter(({ onServer }) => onServer);
  if (delimiter !== null && to.startsWith(from + delimiter))
    throw new Refused('folder-below-itself', 'conflict', 'A folder cannot move into itself or into a folder below it.');
  requireFreePath(state, to);
  const below = here.filter(({ path }) => path === from || (delimiter !== null && path.startsWith(from + delimiter)));
  return { from, to, renamed: new Map(below.map(({ id, path }) => [to + path.slice(from.length), id])) };
}

/** @throws Refused 409 */
export function requireFreePath(state: Folders, path: string): void {
  if (foldersIn(state).some((each) => each.onServer && each.path === path))
    throw new Refused('folder-exists', 'conflict', 'The account has a folder of this name there. Choose another name.');
}

/** @throws Refused 409 for the inbox, and for a folder with folders below */
export function mayRemoveFolder(state: Folders, folder: KnownFolder): void {
  requireNoInbox(folder);
  const { path, delimiter } = folder;
  const above = delimiter === null ? null : path + delimiter;
  if (above !== null && foldersIn(state).some((each) => each.onServer && each.path.startsWith(above)))
    throw new Refused('folder-has-folders', 'conflict', 'This folder holds other folders. Remove or move them first.');
}

/** Folder into which the mail of a folder moves before its removal. @throws Refused 409 */
export function trashFor(state: Folders, folder: KnownFolder): KnownFolder {
  const trash = foldersIn(state)
    .filter(({ id, onServer, selectable, role }) => onServer && selectable && role === 'trash' && id !== folder.id)
    .toSorted((a, b) => a.path.length - b.path.length)[0];
  if (trash && folder.role !== 'trash') return trash;
  throw cannotBeEmptied('The server has no trash folder for the mail of this folder. Move its mail first.');
}

export const cannotBeEmptied = (detail: string): Refused => new Refused('folder-cannot-be-emptied', 'conflict', detail);
