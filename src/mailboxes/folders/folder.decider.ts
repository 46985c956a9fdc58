import { createHash } from 'node:crypto';
import type { FolderState } from '../folder.fold.js';
import type { FolderEvent, FolderRole } from '../mailbox.events.js';

/** Id of a folder: a hash of its account and its path. */
export const folderIdOf = (accountId: string, path: string): string =>
  createHash('sha256').update(`${accountId}\0${path}`).digest('hex').slice(0, 32);

export interface SeenFolder {
  path: string;
  name: string;
  role: FolderRole;
}

/** False for trash and junk. */
export const isFetched = (role: FolderRole): boolean => role !== 'trash' && role !== 'junk';

export function seeFolder(state: FolderState, accountId: string, { path, name, role }: SeenFolder): FolderEvent[] {
  const folderId = folderIdOf(accountId, path);
  const fetched = isFetched(role);
  if (state.status === 'absent')
    return [{ type: 'FolderFound', data: { accountId, folderId, path, name, role, fetched } }];
  if (state.role === role) return [];
  return [{ type: 'FolderRoleChanged', data: { accountId, folderId, from: state.role, to: role, fetched } }];
}
