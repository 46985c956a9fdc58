import { type AccountAnswer, type AccountUserAnswer, byName, type ShortAccountAnswer } from './account-answer.js';
import { shownStatus } from './account-status.js';
import { type AccountRow, accountTables } from './accounts.js';

export type SelectedAccount = AccountRow & { users: AccountUserAnswer[]; unread: number };

const { accounts, grants, people, messages } = accountTables;

/** Columns beside those of an account `row`. */
export const USERS_AND_UNREAD = `array(
    select json_build_object('id', g."userId", 'name', p.name, 'email', p.email)
    from ${grants.name} g left join ${people.name} p on p.id = g."userId"
    where g."accountId" = row.id
  ) as users,
  (select case when row."sendOnly" or row."removedAt" is not null then 0 else count(*)::int end from ${messages.name} m
   where m."accountId" = row.id and (m."isInInbox" or (m."isReceived" and not m."isSent")) and not m.seen
     and not m."isDeleted") as unread`;

export const SELECT_ACCOUNT = `select row.*, ${USERS_AND_UNREAD} from ${accounts.name} row`;

export const toAccount = ({ lastFetchedAt, addedAt, removedAt, ...row }: SelectedAccount): AccountAnswer => ({
  id: row.id,
  address: row.address,
  name: row.name,
  login: row.login,
  owner: row.owner,
  users: row.users.toSorted(byName),
  incoming: row.incoming,
  outgoing: row.outgoing,
  sendOnly: row.sendOnly,
  createContacts: row.createContacts,
  createContactsFrom: row.createContactsFrom,
  createTasks: row.createTasks,
  keepServerCopies: row.keepServerCopies,
  fetchSince: row.fetchSince,
  sentFolder: row.sentFolder,
  draftsFolder: row.draftsFolder,
  notify: row.notify,
  header: row.header,
  signature: row.signature,
  senderName: row.senderName,
  undoSeconds: row.undoSeconds,
  limits: row.limits,
  autoresponder: row.autoresponder,
  ...shownStatus({ ...row, removed: removedAt !== null }),
  lastFetchedAt: lastFetchedAt?.toISOString() ?? null,
  unread: row.unread,
  addedAt: addedAt.toISOString(),
  revision: row.revision,
});

export function toShortAccount(row: SelectedAccount): ShortAccountAnswer {
  const { header: _, signature: __, autoresponder: ___, ...short } = toAccount(row);
  return short;
}
