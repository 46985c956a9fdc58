import type { FolderState } from '../folder.fold.js';
import { type FolderEvent, folderIdOf, type FolderRole } from '../mailbox.events.js';

export interface SeenFolder {
  path: string;
  name: string;
  role: FolderRole;
  /** in a namespace of other people or in a shared one, and not chosen in the settings of the account */
  foreign?: boolean;
}

/** False for trash and junk, and for folders of others. */
export const isFetched = ({ role, foreign }: Pick<SeenFolder, 'role' | 'foreign'>): boolean =>
  role !== 'trash' && role !== 'junk' && !foreign;

/** A folder that is fetched no more, or again, is recorded as well; its role may be the same. */
export function seeFolder(state: FolderState, accountId: string, seen: SeenFolder): FolderEvent[] {
  const { path, name, role } = seen;
  const folderId = folderIdOf(accountId, path);
  const fetched = isFetched(seen);
  if (state.status === 'absent')
    return [{ type: 'FolderFound', data: { accountId, folderId, path, name, role, fetched } }];
  if (state.role === role && state.fetched === fetched) return [];
  return [{ type: 'FolderRoleChanged', data: { accountId, folderId, from: state.role, to: role, fetched } }];
}
