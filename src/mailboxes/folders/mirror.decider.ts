import { Refused } from '../../platform/domain.js';
import { folderOf, type Folders, foldersByPath, foldersIn, type KnownFolder } from '../folders.fold.js';
import { chooseFolder, pathBelow } from './folder-changes.decider.js';
import type { FoldersEvent } from './folder.events.js';

/** Levels of paths on a server. */
export interface PathLevels {
  prefix: string;
  delimiter: string | null;
}

export interface MirroredFolder {
  folderId: string;
  /** on the server; of a folder to create: its new path */
  path: string;
  action: 'create' | 'choose' | 'forget';
  refused: { reason: string; detail: string } | null;
}

/** As the folders on record tell, for an answer without a question to the server. */
export function levelsOnRecord(state: Folders): PathLevels {
  const here = [...foldersByPath(state).values()].filter(({ foreign }) => !foreign);
  const prefix = here.find((each) => each.prefix !== '')?.prefix ?? '';
  return { prefix, delimiter: here.find(({ delimiter }) => delimiter !== null)?.delimiter ?? null };
}

/**
 * Folders that only the record has, those above first: other mail programs removed them, or the account moved to
 * another host. A folder that a person removed here is left out, with the folders below it.
 */
export function foldersToCreate(state: Folders, server: PathLevels): MirroredFolder[] {
  const taken = new Set(foldersByPath(state).keys());
  return goneOf(state)
    .filter((folder) => ![folder, ...aboveOf(state, folder)].some(({ removed }) => removed))
    .toSorted((a, b) => levelsOf(a).length - levelsOf(b).length || order(a.path, b.path))
    .map((folder) => {
      const mirrored = { folderId: folder.id, action: 'create' } as const;
      try {
        const path = freePath(state, folder, server, taken);
        taken.add(path);
        return { ...mirrored, path, refused: null };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return { ...mirrored, path: folder.path, refused: { reason: error.reason, detail: error.detail ?? '' } };
      }
    });
}

/**
 * Folders of the server that are to be fetched from now on, and folders that leave the record because they are gone.
 * @param withMail ids of folders in which mail on record lies or lay
 */
export function foldersToTakeOver(state: Folders, withMail: ReadonlySet<string>): MirroredFolder[] {
  const chosen = [...foldersByPath(state).values()].filter(({ selectable, fetched }) => selectable && !fetched);
  const gone = goneOf(state).toSorted((a, b) => order(a.path, b.path));
  const kept = gone.filter(({ id }) => withMail.has(id));
  const above = new Set(kept.flatMap((folder) => aboveOf(state, folder)).map(({ id }) => id));
  const refused = ({ id }: KnownFolder): MirroredFolder['refused'] =>
    withMail.has(id) ? HOLDS_MAIL : above.has(id) ? HOLDS_FOLDERS : null;
  return [
    ...chosen.map(({ id, path }): MirroredFolder => ({ folderId: id, path, action: 'choose', refused: null })),
    ...gone.map((folder): MirroredFolder => {
      return { folderId: folder.id, path: folder.path, action: 'forget', refused: refused(folder) };
    }),
  ];
}

const HOLDS_MAIL = { reason: 'folder-holds-mail', detail: 'Mail that lay in this folder is still here.' };
const HOLDS_FOLDERS = { reason: 'folder-has-folders', detail: 'A folder below it stays, since it holds mail.' };

/** Fetches all folders of the server from now on, and forgets those without mail that are gone. */
export const takeOverFolders = (state: Folders, accountId: string, withMail: ReadonlySet<string>): FoldersEvent[] =>
  foldersToTakeOver(state, withMail)
    .filter(({ refused }) => refused === null)
    .flatMap(({ folderId, path, action }): FoldersEvent[] =>
      action === 'choose'
        ? chooseFolder(state, accountId, folderId, true)
        : [{ type: 'FolderForgotten', data: { accountId, folderId, path } }],
    );

export const goneOf = (state: Folders): KnownFolder[] => foldersIn(state).filter(({ onServer }) => !onServer);

/** Folders on record above a folder, the nearest first. */
function aboveOf(state: Folders, { parentId }: KnownFolder): KnownFolder[] {
  const above: KnownFolder[] = [];
  for (let id = parentId; id !== null && !above.some((each) => each.id === id);) {
    const folder = folderOf(state, id);
    if (!folder) break;
    above.push(folder);
    id = folder.parentId;
  }
  return above;
}

/** Names in the path of a folder, without the prefix of its server. */
function levelsOf({ path, delimiter, prefix }: KnownFolder): string[] {
  const bare = prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : path;
  return delimiter === null ? [bare] : bare.split(delimiter);
}

/** @throws Refused for a folder of others, a taken path, and a path that the server cannot have */
function freePath(state: Folders, folder: KnownFolder, server: PathLevels, taken: ReadonlySet<string>): string {
  if (folder.foreign)
    throw new Refused('folder-of-others', 'conflict', 'This folder belongs to other people. Ask them to share it.');
  const path = pathOn(state, folder, server);
  if (taken.has(path))
    throw new Refused('folder-exists', 'conflict', `The server has another folder ${path}. Its mail is fetched there.`);
  return path;
}

/** Below its folder on record, which another program may have renamed since; else by its own levels. */
function pathOn(state: Folders, folder: KnownFolder, server: PathLevels): string {
  const levels = levelsOf(folder);
  const parent = folder.parentId === null ? undefined : folderOf(state, folder.parentId);
  if (parent && levels.length > 1)
    return pathBelow({ path: parent.onServer ? parent.path : pathOn(state, parent, server) }, folder.name, server);
  let path: string | null = null;
  for (const name of levels) path = pathBelow(path === null ? null : { path }, name, server);
  return path!;
}

const order = (one: string, other: string): number => (one < other ? -1 : 1);
