import type { AccountEvent, Server } from '../../accounts/account.events.js';
import { defineProjection, table } from '../../platform/read-models/projection.js';
import type { FetchEvent } from '../mailbox.events.js';

interface PendingFetchRow {
  account_id: string;
  fetch_id: string;
  /** `by` of the start */
  person: string;
  /** of the start */
  position: string;
}

/** Incoming server of each account. */
interface MailServerRow {
  account_id: string;
  lane: string;
}

const VERSION = 3;
const pending = table<PendingFetchRow>('pending_fetches', VERSION, {
  columns: {
    account_id: { type: 'text', primary: true },
    fetch_id: { type: 'text' },
    person: { type: 'text' },
    position: { type: 'text', collation: 'C' },
  },
});
const servers = table<MailServerRow>('fetched_servers', VERSION, {
  columns: { account_id: { type: 'text', primary: true }, lane: { type: 'text' } },
});

/** Work of one server shares a lane: of two servers at one host, one may hang. */
export const laneOf = ({ host, port }: Pick<Server, 'host' | 'port'>): string => `${host.toLowerCase()}:${port}`;

/** SQL query: started fetches, with their mail server as lane. */
export const DUE_FETCHES = `select p.account_id as key, p.fetch_id as "fetchId", p.person, p.position as since,
  coalesce(s.lane, '') as lane from ${pending.name} p left join ${servers.name} s using (account_id)`;

/** Started fetches without an end: the work list of the mail workers of all processes. */
export const pendingFetches = defineProjection<
  FetchEvent | AccountEvent,
  { pending: PendingFetchRow; servers: MailServerRow }
>({
  name: 'pending-fetches',
  version: VERSION,
  tables: { pending, servers },
  on: {
    FetchStarted: (rows, { data, metadata, position }) =>
      rows.pending.put({ account_id: data.accountId, fetch_id: data.fetchId, person: metadata.by, position }),
    FetchFinished: (rows, { data }) => rows.pending.remove({ account_id: data.accountId }),
    FetchFailed: (rows, { data }) => rows.pending.remove({ account_id: data.accountId }),
    AccountAdded: (rows, { data }) =>
      rows.servers.put({ account_id: data.accountId, lane: laneOf(data.settings.incoming) }),
    IncomingServerChanged: (rows, { data }) => rows.servers.put({ account_id: data.accountId, lane: laneOf(data.to) }),
    AccountRemoved: (rows, { data }) => rows.servers.remove({ account_id: data.accountId }),
  },
});
