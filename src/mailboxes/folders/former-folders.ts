import type { AccountEvent } from '../../accounts/account.events.js';
import { flag, id, orNull, reference, text } from '../../platform/read-models/columns.js';
import { defineProjection, table } from '../../platform/read-models/projection.js';
import type { FormerFolder } from './folder.decider.js';
import type { FolderEvent } from './folder.events.js';

type FormerFolderRow = FormerFolder & { accountId: string };

const VERSION = 1;

export const formerFoldersTable = table<FormerFolderRow>('former_folders', VERSION, {
  columns: { id, accountId: reference, path: text, name: text, role: orNull(text), fetched: flag },
  indices: [{ columns: ['accountId'] }],
});

/** Folders that releases before recorded in a stream each, for the first look of this release. */
export const formerFolders = defineProjection<FolderEvent | AccountEvent, { folders: FormerFolderRow }>({
  name: 'former-folders',
  version: VERSION,
  tables: { folders: formerFoldersTable },
  on: {
    FolderFound: ({ folders }, { data: { folderId, accountId, path, name, role, fetched }, metadata }) => {
      if (metadata.v === 1) folders.put({ id: folderId, accountId, path, name, role, fetched });
    },
    FolderRoleChanged: ({ folders }, { data }) =>
      folders.update({ id: data.folderId }, { role: data.to, fetched: data.fetched }),
    AccountRemoved: ({ folders }, { data: { accountId } }) => folders.removeWhere({ accountId }),
  },
});
