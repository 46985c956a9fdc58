import type { Decider } from '../platform/domain.js';
import type { FolderEvent, FoldersEvent } from './folders/folder.events.js';
import type { FolderRole } from './mailbox.events.js';

/** A folder on record. */
export interface KnownFolder {
  id: string;
  path: string;
  name: string;
  delimiter: string | null;
  parentId: string | null;
  role: FolderRole;
  foreign: boolean;
  selectable: boolean;
  fetched: boolean;
  /** choice of a person; null: the role decides */
  chosen: boolean | null;
  /** a person set the role, and the server's is ignored */
  ownRole: boolean;
  onServer: boolean;
  /** a person removed it here */
  removed: boolean;
  /** before the paths of personal folders on its server; often empty */
  prefix: string;
}

type Part = Readonly<Record<string, KnownFolder>>;

export interface Folders {
  /** number of facts */
  facts: number;
  /** by the beginning of the id: a change copies only one part, since an account may have 10,000 folders */
  parts: Readonly<Record<string, Part>>;
}

const partOf = (id: string): string => id.slice(0, 2);

export const folderOf = ({ parts }: Folders, id: string): KnownFolder | undefined => parts[partOf(id)]?.[id];

/** Also folders that are gone from the server. */
export const foldersIn = ({ parts }: Folders): KnownFolder[] =>
  Object.values(parts).flatMap((part) => Object.values(part));

/** Folders on the server, by path and in the order of their paths. */
export const foldersByPath = (state: Folders): Map<string, KnownFolder> =>
  new Map(
    foldersIn(state)
      .filter(({ onServer }) => onServer)
      .toSorted((one, other) => (one.path < other.path ? -1 : 1))
      .map((each) => [each.path, each]),
  );

/** The folders of an account. */
export const folders: Decider<Folders, FoldersEvent> = {
  reads: 'cached',
  initial: { facts: 0, parts: {} },
  evolve(state, fact) {
    const { folderId } = fact.data;
    const before = folderOf(state, folderId);
    const after = changed(before, fact);
    const { [folderId]: _, ...others } = state.parts[partOf(folderId)] ?? {};
    const part = { ...others, ...(after && { [folderId]: after }) };
    return { facts: state.facts + 1, parts: { ...state.parts, [partOf(folderId)]: part } };
  },
};

function changed(before: KnownFolder | undefined, fact: FoldersEvent): KnownFolder | undefined {
  if (fact.type === 'FolderFound') {
    const { folderId: id, path, name, delimiter, parentId, role, foreign, selectable, fetched } = fact.data;
    const { chosen = null, ownRole = false } = before ?? {};
    const { prefix = '' } = fact.data;
    const seen = { id, path, name, delimiter, parentId, role, foreign, selectable, fetched, prefix };
    return { ...seen, chosen, ownRole, onServer: true, removed: false };
  }
  if (!before) return undefined;
  switch (fact.type) {
    case 'FolderRenamed':
      return { ...before, path: fact.data.path, name: fact.data.name, parentId: fact.data.parentId };
    case 'FolderGone':
      return { ...before, onServer: false, removed: fact.data.by === 'person' };
    case 'FolderForgotten':
      return undefined;
    case 'FolderChosen': {
      const { fetched, by } = fact.data;
      return { ...before, fetched, chosen: by === 'person' ? fetched : before.chosen };
    }
    case 'FolderRoleSet': {
      const { role, fetched, by } = fact.data;
      // The settings of the account hold these two.
      const ownRole = by === 'person' && role !== 'sent' && role !== 'drafts';
      return { ...before, role, fetched, ownRole };
    }
    default:
      return fact satisfies never;
  }
}

/** Account of a folder with a stream of its own, from releases before; null: no such folder. */
export const formerFolder: Decider<
  string | null,
  Extract<FolderEvent, { type: 'FolderFound' | 'FolderRoleChanged' }>
> = { initial: null, evolve: (_, { data }) => data.accountId };
