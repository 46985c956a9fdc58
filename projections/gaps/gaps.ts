import type { FolderEvent } from '../../src/mailboxes/folders/folder.events.js';
import type { CursorEvent, FetchEvent, FolderRole, UidsByReason } from '../../src/mailboxes/mailbox.events.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import { count, flag, id, json, orNull, reference, text, time } from '../../src/platform/read-models/columns.js';

export interface FolderGapsRow {
  folderId: string;
  accountId: string;
  path: string;
  role: FolderRole;
  fetched: boolean;
  /** null until the folder has been listed */
  onServer: number | null;
  received: number;
  skipped: UidsByReason;
  failed: UidsByReason;
  outstanding: number;
  /** null until the cursor of the folder has moved */
  uidValidity: string | null;
  /** null until the folder has been listed */
  comparedAt: Date | null;
  /** of the last failure to take in the folder; null after a success */
  failedReason: string | null;
  failedDetail: string | null;
}

const VERSION = 2;

export const gapsTables = {
  folders: table<FolderGapsRow>('gaps', VERSION, {
    columns: {
      folderId: id,
      accountId: reference,
      path: text,
      role: orNull(text),
      fetched: flag,
      onServer: orNull(count),
      received: count,
      skipped: json,
      failed: json,
      outstanding: count,
      uidValidity: orNull(text),
      comparedAt: orNull(time),
      failedReason: orNull(text),
      failedDetail: orNull(text),
    },
    indices: [{ columns: ['accountId'] }],
  }),
};

/** A folder that is gone from the server has no gap; the numbers of its messages on record stay. */
const GONE = { fetched: false, onServer: 0, outstanding: 0, failedReason: null, failedDetail: null };

/** Messages of each folder on the server: on record, skipped, failed or outstanding. */
export const gaps = defineProjection<FolderEvent | FetchEvent | CursorEvent, { folders: FolderGapsRow }>({
  name: 'gaps',
  version: VERSION,
  tables: gapsTables,
  on: {
    FolderFound: ({ folders }, { data: { folderId, accountId, path, role, fetched, again } }) => {
      if (again) folders.update({ folderId }, { path, role, fetched });
      else
        folders.put({
          folderId,
          accountId,
          path,
          role,
          fetched,
          onServer: null,
          received: 0,
          skipped: {},
          failed: {},
          outstanding: 0,
          uidValidity: null,
          comparedAt: null,
          failedReason: null,
          failedDetail: null,
        });
    },
    FolderRenamed: ({ folders }, { data: { folderId, path } }) => folders.update({ folderId }, { path }),
    FolderGone: ({ folders }, { data: { folderId } }) => folders.update({ folderId }, GONE),
    FolderForgotten: ({ folders }, { data: { folderId } }) => folders.remove({ folderId }),
    FolderChosen: ({ folders }, { data: { folderId, fetched } }) => folders.update({ folderId }, { fetched }),
    FolderRoleSet: ({ folders }, { data: { folderId, role, fetched } }) =>
      folders.update({ folderId }, { role, fetched }),
    FolderRoleChanged: ({ folders }, { data }) =>
      folders.update({ folderId: data.folderId }, { role: data.to, fetched: data.fetched }),
    FolderCompared: ({ folders }, { data, metadata }) =>
      folders.update(
        { folderId: data.folderId },
        {
          path: data.path,
          onServer: data.onServer,
          outstanding: data.found + (data.unlisted ?? 0),
          comparedAt: new Date(metadata.at),
          failedReason: null,
          failedDetail: null,
        },
      ),
    FolderFailed: ({ folders }, { data: { folderId, reason, detail } }) =>
      folders.update({ folderId }, { failedReason: reason, failedDetail: detail }),
    CursorMoved: ({ folders }, { data }) =>
      folders.update(
        { folderId: data.folderId },
        {
          uidValidity: data.uidValidity,
          onServer: data.onServer,
          received: data.total.received,
          skipped: data.skipped,
          failed: data.failed,
          outstanding: data.outstanding,
        },
      ),
  },
});
