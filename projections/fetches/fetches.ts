import type { CursorEvent, FetchEvent } from '../../src/mailboxes/mailbox.events.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import {
  count,
  id,
  inKey,
  orNull,
  position,
  reference,
  revision,
  text,
  time,
} from '../../src/platform/read-models/columns.js';

export interface FetchRow {
  id: string;
  accountId: string;
  state: 'running' | 'done' | 'failed';
  reason: string | null;
  startedAt: Date;
  endedAt: Date | null;
  /** of the fact that started the fetch */
  position: string;
}

/** A folder, as last listed by the fetch. */
interface ComparedRow {
  fetchId: string;
  folderId: string;
  path: string;
  found: number;
  position: string;
}

/** A folder that the fetch could not take in. */
interface FailedRow {
  fetchId: string;
  folderId: string;
  path: string;
  reason: string;
  detail: string;
}

/** Messages of one cursor move of a folder. */
interface StepRow {
  folderId: string;
  /** of the cursor's stream */
  revision: number;
  fetchId: string;
  received: number;
  known: number;
  skipped: number;
  failed: number;
  position: string;
}

const VERSION = 2;

export const fetchTables = {
  fetches: table<FetchRow>('fetches', VERSION, {
    columns: {
      id,
      accountId: reference,
      state: text,
      reason: orNull(text),
      startedAt: time,
      endedAt: orNull(time),
      position,
    },
    indices: [{ columns: ['accountId', 'position'] }],
  }),
  compared: table<ComparedRow>('fetch_folders', VERSION, {
    columns: { fetchId: id, folderId: id, path: text, found: count, position },
  }),
  failed: table<FailedRow>('fetch_failed_folders', VERSION, {
    columns: { fetchId: id, folderId: id, path: text, reason: text, detail: text },
  }),
  steps: table<StepRow>('fetch_steps', VERSION, {
    columns: {
      folderId: id,
      revision: inKey(revision),
      fetchId: reference,
      received: count,
      known: count,
      skipped: count,
      failed: count,
      position,
    },
    indices: [{ columns: ['fetchId', 'folderId'] }],
  }),
};

export const fetches = defineProjection<
  FetchEvent | CursorEvent,
  { fetches: FetchRow; compared: ComparedRow; failed: FailedRow; steps: StepRow }
>({
  name: 'fetches',
  version: VERSION,
  tables: fetchTables,
  on: {
    FetchStarted: (rows, { data, metadata, position }) =>
      rows.fetches.put({
        id: data.fetchId,
        accountId: data.accountId,
        state: 'running',
        reason: null,
        startedAt: new Date(metadata.at),
        endedAt: null,
        position,
      }),
    FolderCompared: (rows, { data: { fetchId, folderId, path, found }, position }) => {
      rows.compared.put({ fetchId, folderId, path, found, position });
      rows.failed.remove({ fetchId, folderId });
    },
    FolderFailed: (rows, { data: { fetchId, folderId, path, reason, detail } }) =>
      rows.failed.put({ fetchId, folderId, path, reason, detail }),
    CursorMoved: (rows, { data: { folderId, fetchId, step }, revision, position }) => {
      if (fetchId === null) return;
      const { received, known, skipped, failed } = step;
      rows.steps.put({ folderId, revision, fetchId, received, known, skipped, failed, position });
    },
    FetchFinished: (rows, { data, metadata }) =>
      rows.fetches.update({ id: data.fetchId }, { state: 'done', endedAt: new Date(metadata.at) }),
    FetchFailed: (rows, { data, metadata }) =>
      rows.fetches.update(
        { id: data.fetchId },
        { state: 'failed', reason: data.reason, endedAt: new Date(metadata.at) },
      ),
  },
});
