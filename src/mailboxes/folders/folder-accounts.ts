import type { AccountEvent } from '../../accounts/account.events.js';
import { flag, id, orNull, reference, text } from '../../platform/read-models/columns.js';
import { defineProjection, table } from '../../platform/read-models/projection.js';
import type { FormerFolder } from './folder.decider.js';
import type { FolderEvent } from './folder.events.js';

/** The fields of a former folder tell its state before the first look of this release. */
interface FolderAccountRow extends FormerFolder {
  accountId: string;
  /** true: on record by a release before, and not yet seen by this one */
  isFormer: boolean;
}

const VERSION = 1;

export const folderAccountsTable = table<FolderAccountRow>('folder_accounts', VERSION, {
  columns: { id, accountId: reference, path: text, name: text, role: orNull(text), fetched: flag, isFormer: flag },
  indices: [{ columns: ['accountId'] }],
});

/** The account of each folder, and folders that releases before recorded in a stream each. */
export const folderAccounts = defineProjection<FolderEvent | AccountEvent, { folders: FolderAccountRow }>({
  name: 'folder-accounts',
  version: VERSION,
  tables: { folders: folderAccountsTable },
  on: {
    FolderFound: ({ folders }, { data: { folderId: id, accountId, path, name, role, fetched }, metadata }) =>
      folders.put({ id, accountId, path, name, role, fetched, isFormer: metadata.v === 1 }),
    FolderRoleChanged: ({ folders }, { data }) =>
      folders.update({ id: data.folderId }, { role: data.to, fetched: data.fetched }),
    FolderForgotten: ({ folders }, { data }) => folders.remove({ id: data.folderId }),
    AccountRemoved: ({ folders }, { data: { accountId } }) => folders.removeWhere({ accountId }),
  },
});
