import { defineProjection, table } from '../../platform/read-models/projection.js';
import type { FetchEvent } from '../mailbox.events.js';

interface PendingFetchRow {
  account_id: string;
  fetch_id: string;
}

const pending = table<PendingFetchRow>('pending_fetches', 1, {
  columns: { account_id: { type: 'text', primary: true }, fetch_id: { type: 'text' } },
});

export const PENDING_FETCHES = pending.name;

/** Started fetches without an end: the work list of the mail workers of all processes. */
export const pendingFetches = defineProjection<FetchEvent, { pending: PendingFetchRow }>({
  name: 'pending-fetches',
  version: 1,
  tables: { pending },
  on: {
    FetchStarted: (rows, { data }) => rows.pending.put({ account_id: data.accountId, fetch_id: data.fetchId }),
    FetchFinished: (rows, { data }) => rows.pending.remove({ account_id: data.accountId }),
    FetchFailed: (rows, { data }) => rows.pending.remove({ account_id: data.accountId }),
  },
});
