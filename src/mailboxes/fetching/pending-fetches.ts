import type { AccountEvent } from '../../accounts/account.events.js';
import { defineProjection, table } from '../../platform/read-models/projection.js';
import type { FetchEvent } from '../mailbox.events.js';

interface PendingFetchRow {
  account_id: string;
  fetch_id: string;
  /** of the start */
  position: string;
}

/** Host of the incoming server of each account. */
interface MailHostRow {
  account_id: string;
  host: string;
}

const VERSION = 2;
const pending = table<PendingFetchRow>('pending_fetches', VERSION, {
  columns: {
    account_id: { type: 'text', primary: true },
    fetch_id: { type: 'text' },
    position: { type: 'text', collation: 'C' },
  },
});
const hosts = table<MailHostRow>('fetched_hosts', VERSION, {
  columns: { account_id: { type: 'text', primary: true }, host: { type: 'text' } },
});

/** SQL query: started fetches, with the host of their mail server as lane. */
export const DUE_FETCHES = `select p.account_id as key, p.fetch_id as "fetchId", p.position as since,
  coalesce(h.host, '') as lane from ${pending.name} p left join ${hosts.name} h using (account_id)`;

/** Started fetches without an end: the work list of the mail workers of all processes. */
export const pendingFetches = defineProjection<
  FetchEvent | AccountEvent,
  { pending: PendingFetchRow; hosts: MailHostRow }
>({
  name: 'pending-fetches',
  version: VERSION,
  tables: { pending, hosts },
  on: {
    FetchStarted: (rows, { data, position }) =>
      rows.pending.put({ account_id: data.accountId, fetch_id: data.fetchId, position }),
    FetchFinished: (rows, { data }) => rows.pending.remove({ account_id: data.accountId }),
    FetchFailed: (rows, { data }) => rows.pending.remove({ account_id: data.accountId }),
    AccountAdded: (rows, { data }) =>
      rows.hosts.put({ account_id: data.accountId, host: data.settings.incoming.host.toLowerCase() }),
    IncomingServerChanged: (rows, { data }) =>
      rows.hosts.put({ account_id: data.accountId, host: data.to.host.toLowerCase() }),
    AccountRemoved: (rows, { data }) => rows.hosts.remove({ account_id: data.accountId }),
  },
});
