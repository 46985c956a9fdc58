import type { AccountEvent, Server } from '../../accounts/account.events.js';
import type { Fact } from '../../platform/domain.js';
import type { Recorded } from '../../platform/log/fact-log.js';
import { defineProjection, type Rows, table } from '../../platform/read-models/projection.js';
import type { FetchEvent } from '../mailbox.events.js';
import type { WishEvent } from '../wishes/wish.events.js';

interface PendingFetchRow {
  account_id: string;
  fetch_id: string;
  /** `by` of the start */
  person: string;
  /** of the start */
  position: string;
}

/** An account with wishes that the server does not have yet. */
interface PendingWishesRow {
  account_id: string;
  /** `by` of the last wish */
  person: string;
  /** of the last wish */
  position: string;
}

/** Incoming server of each account. */
interface MailServerRow {
  account_id: string;
  lane: string;
  /** true once a fetch has ended well */
  fetched: boolean;
}

const VERSION = 4;
const pending = table<PendingFetchRow>('pending_fetches', VERSION, {
  columns: {
    account_id: { type: 'text', primary: true },
    fetch_id: { type: 'text' },
    person: { type: 'text' },
    position: { type: 'text', collation: 'C' },
  },
});
const wishes = table<PendingWishesRow>('pending_wishes', VERSION, {
  columns: {
    account_id: { type: 'text', primary: true },
    person: { type: 'text' },
    position: { type: 'text', collation: 'C' },
  },
});
const servers = table<MailServerRow>('fetched_servers', VERSION, {
  columns: { account_id: { type: 'text', primary: true }, lane: { type: 'text' }, fetched: { type: 'boolean' } },
});

/** Work of one server shares a lane: of two servers at one host, one may hang. */
export const laneOf = ({ host, port }: Pick<Server, 'host' | 'port'>): string => `${host.toLowerCase()}:${port}`;

/** SQL query: accounts with a started fetch, or with wishes (`fetchId` null), with their mail server as lane. */
export const DUE_FETCHES = `select account_id as key, p.fetch_id as "fetchId", coalesce(p.person, w.person) as person,
  coalesce(p.position, w.position) as since, coalesce(s.lane, '') as lane
  from ${pending.name} p
  full join (select w.* from ${wishes.name} w join ${servers.name} using (account_id)) w using (account_id)
  left join ${servers.name} s using (account_id)`;

/** SQL query: accounts that a person has fetched once, with their mail server as lane. The first fetch is an import. */
export const WATCHED_ACCOUNTS = `select s.account_id as key, s.lane, '' as person, s.account_id as since
  from ${servers.name} s where s.fetched`;

const wished = (
  { wishes }: { wishes: Rows<PendingWishesRow> },
  { data, metadata, position }: Recorded<Fact<string, { accountId: string }>>,
): void => wishes.put({ account_id: data.accountId, person: metadata.by, position });

/** Started fetches without an end, and wishes: the work list of the mail workers of all processes. */
export const pendingFetches = defineProjection<
  FetchEvent | AccountEvent | WishEvent,
  { pending: PendingFetchRow; servers: MailServerRow; wishes: PendingWishesRow }
>({
  name: 'pending-fetches',
  version: VERSION,
  tables: { pending, servers, wishes },
  on: {
    FetchStarted: (rows, { data, metadata, position }) =>
      rows.pending.put({ account_id: data.accountId, fetch_id: data.fetchId, person: metadata.by, position }),
    FetchFinished: (rows, { data }) => {
      rows.pending.remove({ account_id: data.accountId });
      rows.servers.update({ account_id: data.accountId }, { fetched: true });
    },
    FetchFailed: (rows, { data }) => rows.pending.remove({ account_id: data.accountId }),
    AccountAdded: (rows, { data }) =>
      rows.servers.put({ account_id: data.accountId, lane: laneOf(data.settings.incoming), fetched: false }),
    IncomingServerChanged: (rows, { data }) =>
      rows.servers.update({ account_id: data.accountId }, { lane: laneOf(data.to) }),
    AccountRemoved: (rows, { data }) => {
      rows.servers.remove({ account_id: data.accountId });
      rows.wishes.remove({ account_id: data.accountId });
    },
    MessagesMarked: wished,
    MessagesMoved: wished,
    MessagesDeleted: wished,
    MessagesRestored: wished,
    WishesSettled: (rows, { data: { accountId, number, settled } }) => {
      if (settled === number) rows.wishes.remove({ account_id: accountId });
    },
  },
});
