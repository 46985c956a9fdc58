import type { Fact, FactShapes } from '../../platform/domain.js';
import { folderIdOf, type FolderRole } from '../mailbox.events.js';

/** All folders of an account: unique paths, and parents that are renamed, are rules over all of them. */
export const foldersStream = (accountId: string): string => `folders-${accountId}`;
/** Written by releases before `foldersStream`. */
export const folderStream = (folderId: string): string => `folder-${folderId}`;

/** Id of a folder at the first sight of its path. It stays when the folder is renamed. */
export function freshFolderId(accountId: string, path: string, isTaken: (id: string) => boolean): string {
  for (let n = 0; ; n++) {
    const id = folderIdOf(accountId, n === 0 ? path : `${path}\0${n}`);
    if (!isTaken(id)) return id;
  }
}

interface OfFolder {
  accountId: string;
  folderId: string;
  /** the present one */
  path: string;
}

/** `server`: as the server, or the settings of the account, have it. */
type SetBy = 'person' | 'server';

/** Present if a person changed the folder here, and not another mail program. */
interface PerhapsHere {
  by?: 'person';
}

export type FoldersEvent =
  /** `again`: the folder is on record, and other properties of it are seen. */
  | Fact<
      'FolderFound',
      OfFolder &
        PerhapsHere & {
          name: string;
          /** null: the server has no hierarchy of folders */
          delimiter: string | null;
          /** null: at the top, or the server does not list the folder above */
          parentId: string | null;
          role: FolderRole;
          /** in a namespace of other people or in a shared one */
          foreign: boolean;
          /** false: holds folders and no mail */
          selectable: boolean;
          fetched: boolean;
          again: boolean;
          /** before the paths of personal folders but INBOX, such as `INBOX.`; absent: none */
          prefix?: string;
        }
    >
  /** One fact for each folder below a renamed one, too. `from`: the path before. */
  | Fact<'FolderRenamed', OfFolder & PerhapsHere & { from: string; name: string; parentId: string | null }>
  | Fact<'FolderGone', OfFolder & PerhapsHere>
  /** A folder that was gone and holds no mail here leaves the record. */
  | Fact<'FolderForgotten', OfFolder>
  /** Mail is fetched from the folder from now on, or no longer. */
  | Fact<'FolderChosen', OfFolder & { fetched: boolean; by: SetBy }>
  | Fact<'FolderRoleSet', OfFolder & { from: FolderRole; role: FolderRole; fetched: boolean; by: SetBy }>;

/** In `folderStream`, which also holds `FolderFound`. */
export type FormerFolderEvent = Fact<
  'FolderRoleChanged',
  { accountId: string; folderId: string; from: FolderRole; to: FolderRole; fetched: boolean }
>;

export type FolderEvent = FoldersEvent | FormerFolderEvent;

const UNKNOWN_BEFORE = { delimiter: null, parentId: null, foreign: false, selectable: true, again: false };

export const folderFacts: FactShapes<FolderEvent> = {
  FolderFound: { v: 2, upcast: { 1: (data: Record<string, unknown>) => ({ ...data, ...UNKNOWN_BEFORE }) } },
  FolderRenamed: { v: 1 },
  FolderGone: { v: 1 },
  FolderForgotten: { v: 1 },
  FolderChosen: { v: 1 },
  FolderRoleSet: { v: 1 },
  FolderRoleChanged: { v: 1 },
};
