import type pg from 'pg';
import type { AccountEvent, Server } from '../accounts/account.events.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { Recorded } from '../platform/log/fact-log.js';
import type { HoldEvent } from './hold/hold.events.js';
import { flag, id, orNull, reference, time } from '../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../platform/read-models/projection.js';
import type { UserEvent } from '../users/user.events.js';

/** A message with recipients that a server has not taken yet. */
interface PendingSendRow {
  messageId: string;
  accountId: string;
  /** `by` of the person or service that queued it: shares the slots fairly */
  person: string;
  userId: string | null;
  dueAt: Date;
  /** `WhyHeld`; null: not held */
  held: string | null;
  /** true while the whole outbox is held, for mail that was queued before */
  isOutboxHeld: boolean;
}

/** A sent message without its copy in Sent. */
interface PendingCopyRow {
  messageId: string;
  accountId: string;
  person: string;
  dueAt: Date;
}

/** A queued message that an answer in its conversation cancels. */
interface AwaitedAnswerRow {
  messageId: string;
  /** of its conversation */
  keys: string[];
}

/** Author of the copy of the last sent message of an account. */
interface HabitRow {
  accountId: string;
  by: CopyHabit;
}

export type CopyHabit = 'us' | 'server';

/** Mail servers of each account. */
interface ServersRow {
  accountId: string;
  outgoing: string;
  incoming: string;
}

const VERSION = 2;
const sends = table<PendingSendRow>('pending_sends', VERSION, {
  columns: {
    messageId: id,
    accountId: reference,
    person: reference,
    userId: orNull(reference),
    dueAt: time,
    held: orNull(reference),
    isOutboxHeld: flag,
  },
  indices: [{ columns: ['accountId'] }],
  also: ['create index on % ("dueAt") where held is null and not "isOutboxHeld"'],
});
const copies = table<PendingCopyRow>('pending_copies', VERSION, {
  columns: { messageId: id, accountId: reference, person: reference, dueAt: time },
  indices: [{ columns: ['dueAt'] }, { columns: ['accountId'] }],
});
const awaited = table<AwaitedAnswerRow>('awaited_answers', VERSION, {
  columns: { messageId: id, keys: { ...reference, array: true } },
  also: ['create index on % using gin (keys)'],
});
const servers = table<ServersRow>('sending_servers', VERSION, {
  columns: { accountId: id, outgoing: reference, incoming: reference },
});
const habits = table<HabitRow>('copy_habits', VERSION, { columns: { accountId: id, by: reference } });

export const pendingSendTables = { sends, copies, awaited, habits, servers };

type RowsOf = {
  sends: Rows<PendingSendRow>;
  copies: Rows<PendingCopyRow>;
  awaited: Rows<AwaitedAnswerRow>;
  habits: Rows<HabitRow>;
  servers: Rows<ServersRow>;
};

/** SQL query: messages to send now, with their outgoing server as lane. */
export const DUE_SENDS = `select p."messageId" as key, p."accountId", p.person, p."dueAt" as since,
  coalesce(s.outgoing, '') as lane
  from ${sends.name} p left join ${servers.name} s using ("accountId") where p.held is null and not p."isOutboxHeld"
    and p."dueAt" <= now()`;

/** A refused copy is given up after a week. */
const IS_DUE = `c."dueAt" between now() - interval '7 days' and now()`;

/** SQL query: accounts with sent messages to copy into Sent, with their incoming server as lane. */
export const DUE_COPIES = `select c."accountId" as key, min(c.person) as person, min(c."dueAt") as since,
  coalesce(min(s.incoming), '') as lane
  from ${copies.name} c left join ${servers.name} s using ("accountId") where ${IS_DUE} group by c."accountId"`;

/** Ids of sent messages of an account without a copy, oldest first. */
export async function copiesToKeep(pool: pg.Pool, accountId: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select c."messageId" as id from ${copies.name} c where c."accountId" = $1 and ${IS_DUE} order by c."dueAt" limit 100`,
    [accountId],
  );
  return rows.map((row) => row.id);
}

/** Those of the keys that name a conversation with a message that an answer cancels. */
export async function keysAwaited(pool: pg.Pool, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ key: string }>({
    name: 'answers_awaited',
    text: `select distinct key from ${awaited.name}, unnest(keys) key where keys && $1::text[] and key = any($1)`,
    values: [keys],
  });
  return new Set(rows.map(({ key }) => key));
}

/** Ids of messages that an answer with one of these keys cancels. */
export async function awaitingAnswer(pool: pg.Pool, keys: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select "messageId" as id from ${awaited.name} where keys && $1::text[]`,
    [keys],
  );
  return rows.map((row) => row.id);
}

/** Undefined before the first copy of the account. */
export async function copyHabit(pool: pg.Pool, accountId: string): Promise<CopyHabit | undefined> {
  const { rows } = await pool.query<HabitRow>(`select by from ${habits.name} where "accountId" = $1`, [accountId]);
  return rows[0]?.by;
}

const laneOf = ({ host, port }: Server): string => `${host.toLowerCase()}:${port}`;

/** Until a server has taken the message. */
const NEVER = new Date('9999-12-31T00:00:00Z');
/** First look for the copy of a message without a reply. */
const LOOK_AFTER_MS = 5000;

const ended = ({ sends, awaited }: RowsOf, messageId: string): void => {
  sends.remove({ messageId });
  awaited.remove({ messageId });
};

const gone = (rows: RowsOf, { data: { messageId } }: { data: { messageId: string } }): void => {
  ended(rows, messageId);
  rows.copies.remove({ messageId });
};

/** Held mail of an account with a new login is tried again. */
const withNewLogin = ({ sends }: RowsOf, { data: { accountId } }: { data: { accountId: string } }): void => {
  for (const held of ['login-refused', 'sign-in-needed']) sends.updateWhere({ accountId, held }, { held: null });
};

/** Mail of a person that may have lost the access is due: its worker decides, and cancels it. */
const checked = ({ sends }: RowsOf, which: Partial<PendingSendRow>, { metadata }: Recorded): void =>
  sends.updateWhere(which, { held: null, dueAt: new Date(metadata.at) });

/** Messages to send, and copies to keep: the work list of the sending workers of all processes. */
export const pendingSends = defineProjection<
  MessageEvent | AccountEvent | UserEvent | HoldEvent,
  { sends: PendingSendRow; copies: PendingCopyRow; awaited: AwaitedAnswerRow; habits: HabitRow; servers: ServersRow }
>({
  name: 'pending-sends',
  version: VERSION,
  tables: pendingSendTables,
  on: {
    MessageQueued: ({ sends, copies, awaited }, { data, metadata }) => {
      const { messageId, accountId, userId, notBefore, cancelOnReply, threadId, conversationKeys } = data;
      const row = { messageId, accountId, person: metadata.by };
      sends.put({ ...row, userId, dueAt: new Date(notBefore), held: null, isOutboxHeld: false });
      if (data.keepCopy) copies.put({ ...row, dueAt: NEVER });
      if (cancelOnReply) awaited.put({ messageId, keys: [...new Set([threadId, ...(conversationKeys ?? [])])] });
    },
    SendBegan: ({ awaited }, { data: { messageId } }) => awaited.remove({ messageId }),
    RecipientsAccepted: (rows, { data: { messageId, open }, metadata }) => {
      rows.copies.update({ messageId }, { dueAt: new Date(metadata.at) });
      if (open === 0) ended(rows, messageId);
    },
    RecipientsRefused: (rows, { data: { messageId, open } }) => {
      if (open === 0) ended(rows, messageId);
    },
    RecipientsDeferred: ({ sends }, { data: { messageId, until } }) =>
      sends.update({ messageId }, { dueAt: new Date(until) }),
    SendUnknown: (rows, { data: { messageId, final }, metadata }) => {
      if (final) ended(rows, messageId);
      else rows.sends.update({ messageId }, { dueAt: new Date(Date.parse(metadata.at) + LOOK_AFTER_MS) });
    },
    SendResolved: (rows, { data: { messageId, accountId, outcome, by }, metadata }) => {
      const dueAt = new Date(metadata.at);
      if (outcome === 'arrived') ended(rows, messageId);
      else
        rows.sends.put({
          messageId,
          accountId,
          person: metadata.by,
          userId: null,
          dueAt,
          held: null,
          isOutboxHeld: false,
        });
      if (by === 'copy-found') rows.copies.remove({ messageId });
      else if (outcome === 'arrived') rows.copies.update({ messageId }, { dueAt });
    },
    SendHeld: ({ sends }, { data: { messageId, why } }) => sends.update({ messageId }, { held: why }),
    SendConfirmed: ({ sends }, { data: { messageId }, metadata }) =>
      sends.update({ messageId }, { held: null, dueAt: new Date(metadata.at) }),
    SendCancelled: gone,
    CopyKept: ({ copies, habits }, { data: { messageId, accountId, by } }) => {
      copies.remove({ messageId });
      habits.put({ accountId, by });
    },
    MessageErased: gone,
    MessageDestroyed: gone,
    AccountAdded: ({ servers }, { data: { accountId, settings } }) =>
      servers.put({ accountId, outgoing: laneOf(settings.outgoing), incoming: laneOf(settings.incoming) }),
    OutgoingServerChanged: (rows, { data }) => {
      rows.servers.update({ accountId: data.accountId }, { outgoing: laneOf(data.to) });
      withNewLogin(rows, { data });
    },
    IncomingServerChanged: ({ servers }, { data }) =>
      servers.update({ accountId: data.accountId }, { incoming: laneOf(data.to) }),
    PasswordChanged: withNewLogin,
    LoginChanged: withNewLogin,
    SignInGranted: withNewLogin,
    AccountRemoved: (rows, fact) => {
      const { accountId } = fact.data;
      checked(rows, { accountId }, fact);
      rows.copies.removeWhere({ accountId });
      rows.habits.remove({ accountId });
      rows.servers.remove({ accountId });
    },
    AccessRevoked: (rows, fact) => checked(rows, { accountId: fact.data.accountId, userId: fact.data.userId }, fact),
    OutboxHeld: ({ sends }) => sends.updateWhere({ isOutboxHeld: false }, { isOutboxHeld: true }),
    OutboxReleased: ({ sends }) => sends.updateWhere({ isOutboxHeld: true }, { isOutboxHeld: false }),
    UserDeactivated: (rows, fact) => checked(rows, { userId: fact.data.userId }, fact),
  },
});
