import { folderOf, type Folders, foldersIn, type KnownFolder } from '../folders.fold.js';
import type { FolderRole } from '../mailbox.events.js';
import { type FoldersEvent, freshFolderId } from './folder.events.js';

/** A folder as the server lists it, with the role that the settings of the account give it. */
export interface SeenFolder {
  path: string;
  name: string;
  delimiter: string | null;
  role: FolderRole;
  /** in a namespace of other people or in a shared one, and not chosen in the settings of the account */
  foreign: boolean;
  selectable: boolean;
  /** before the paths of personal folders but INBOX; often empty */
  prefix: string;
}

/** Changes of the command that looks. Others come from other mail programs. */
export interface OwnChanges {
  /** ids by path, of folders that the command renamed or created again */
  ids?: ReadonlyMap<string, string>;
  /** path of a new folder */
  created?: string;
  /** id */
  removed?: string;
}

/** A folder on record by releases before the stream of all folders. */
export type FormerFolder = Pick<KnownFolder, 'id' | 'path' | 'name' | 'role' | 'fetched'>;

/** Unless a person chooses: not trash and junk, and not folders of others. */
export const isFetched = ({ role, foreign }: Pick<SeenFolder, 'role' | 'foreign'>): boolean =>
  role !== 'trash' && role !== 'junk' && !foreign;

const takenUp = (former: FormerFolder): KnownFolder => ({
  ...former,
  delimiter: null,
  parentId: null,
  foreign: false,
  selectable: true,
  chosen: null,
  ownRole: false,
  onServer: true,
  removed: false,
  prefix: '',
});

/** All folders on record; `former` ones only if the stream does not have them yet. */
export const onRecord = (state: Folders, former: readonly FormerFolder[]): KnownFolder[] => [
  ...foldersIn(state),
  ...former.filter(({ id }) => !folderOf(state, id)).map(takenUp),
];

export interface Look {
  /** all folders of the server, by path, parents first */
  seen: readonly SeenFolder[];
  former: readonly FormerFolder[];
  /** ids of renamed folders, by their new path */
  renamed: ReadonlyMap<string, string>;
  own?: OwnChanges;
}

const HERE = { by: 'person' } as const;

/** Compares the folders on record with those of the server. */
export function lookAtFolders(state: Folders, accountId: string, look: Look): FoldersEvent[] {
  const { seen, former, renamed, own = {} } = look;
  const known = onRecord(state, former);
  const byId = new Map(known.map((each) => [each.id, each]));
  const idAt = idsOf(accountId, seen, known, renamed);
  const found = seen.flatMap((each): FoldersEvent[] => {
    const { path, name } = each;
    const folderId = idAt.get(path)!;
    const before = byId.get(folderId);
    const where = { accountId, folderId, path };
    const parentId = parentPathOf(each) === null ? null : (idAt.get(parentPathOf(each)!) ?? null);
    const role = before?.ownRole ? before.role : each.role;
    const fetched = each.selectable && (before?.chosen ?? isFetched({ role, foreign: each.foreign }));
    const { delimiter, foreign, selectable, prefix } = each;
    const properties = { name, delimiter, parentId, role, foreign, selectable, fetched, ...(prefix && { prefix }) };
    const isOwn = path === own.created || own.ids?.has(path) === true;
    const again = { ...where, ...properties, again: true, ...(isOwn && !before?.onServer && HERE) };
    if (!before) return [{ type: 'FolderFound', data: { ...again, again: false } }];
    const facts: FoldersEvent[] = [];
    if (before.onServer && before.path !== path)
      facts.push({ type: 'FolderRenamed', data: { ...where, from: before.path, name, parentId, ...(isOwn && HERE) } });
    const isSame =
      before.onServer &&
      folderOf(state, folderId) !== undefined &&
      before.delimiter === delimiter &&
      before.foreign === foreign &&
      before.selectable === selectable &&
      before.prefix === prefix &&
      (before.path !== path || before.parentId === parentId);
    if (!isSame) {
      const first = facts.length > 0 ? takeUp(state, accountId, before) : [];
      return [...first, ...facts, { type: 'FolderFound', data: again }];
    }
    if (before.role !== role)
      facts.push({ type: 'FolderRoleSet', data: { ...where, from: before.role, role, fetched, by: 'server' } });
    else if (before.fetched !== fetched)
      facts.push({ type: 'FolderChosen', data: { ...where, fetched, by: 'server' } });
    return facts;
  });
  const here = new Set(idAt.values());
  const gone = known
    .filter(({ id, onServer }) => onServer && !here.has(id))
    .flatMap((each): FoldersEvent[] => [...takeUp(state, accountId, each), goneFact(accountId, each, own)]);
  return [...found, ...gone];
}

const goneFact = (accountId: string, { id: folderId, path }: KnownFolder, { removed }: OwnChanges): FoldersEvent => ({
  type: 'FolderGone',
  data: { accountId, folderId, path, ...(folderId === removed && HERE) },
});

/** A former folder enters the stream as it was on record, so that its later facts follow. */
function takeUp(state: Folders, accountId: string, folder: KnownFolder): FoldersEvent[] {
  if (folderOf(state, folder.id)) return [];
  const { id: folderId, path, name, delimiter, parentId, role, foreign, selectable, fetched } = folder;
  const data = { accountId, folderId, path, name, delimiter, parentId, role, foreign, selectable, fetched };
  return [{ type: 'FolderFound', data: { ...data, again: true } }];
}

/** Path of the folder above; null: none. */
export function parentPathOf({ path, delimiter }: Pick<SeenFolder, 'path' | 'delimiter'>): string | null {
  const end = delimiter === null ? -1 : path.lastIndexOf(delimiter);
  return end > 0 ? path.slice(0, end) : null;
}

function idsOf(
  accountId: string,
  seen: readonly SeenFolder[],
  known: readonly KnownFolder[],
  renamed: ReadonlyMap<string, string>,
): Map<string, string> {
  const taken = new Set(known.map(({ id }) => id));
  const moved = new Set(renamed.values());
  const at = (onServer: boolean): Map<string, string> =>
    new Map(known.flatMap((each) => (each.onServer === onServer ? [[each.path, each.id]] : [])));
  const [here, gone] = [at(true), at(false)];
  const idAt = new Map<string, string>();
  for (const { path } of seen) {
    const stays = here.get(path);
    const id =
      renamed.get(path) ??
      (stays !== undefined && !moved.has(stays) ? stays : undefined) ??
      gone.get(path) ??
      freshFolderId(accountId, path, (one) => taken.has(one));
    taken.add(id);
    idAt.set(path, id);
  }
  return idAt;
}
