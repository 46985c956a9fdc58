import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { Shelf } from '../../src/mailboxes/places.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import {
  count,
  id,
  inKey,
  json,
  orNull,
  position,
  reference,
  text,
  time,
} from '../../src/platform/read-models/columns.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/read-models/projection.js';
import { type HistoryFact, tellings } from './message-entries.js';
import type { Part, Telling } from './telling.js';

/**
 * Part of a fact with all its messages: marking 100,000 messages writes 200 rows. Queries make its sentence, so that
 * people and folders appear under their present names.
 */
export interface MessageNewsRow {
  /** of the fact */
  position: string;
  /** number of the part in the fact */
  part: string;
  /** of the fact; with the number of the part, from the second part on */
  id: string;
  at: Date;
  /** `user:<id>`, `token:<id>` or `system`; null: another mail program, or the server */
  by: string | null;
  via: string;
  /** parts of `WishesSettled` are no entries */
  type: HistoryFact['type'];
  accountId: string;
  messageIds: string[];
  data: object;
  /** number of the wish, or of the settled one; null: the server has nothing to do */
  wish: number | null;
  /** folder and UIDVALIDITY to which the messages came */
  into: string | null;
  /** that they left */
  outOf: string | null;
  /** that lost all its messages, which are not listed */
  emptied: string | null;
}

/** The server has the wishes up to this one, or has refused them. */
interface SettledRow {
  accountId: string;
  wish: number;
  at: Date;
}

type Tables = { news: MessageNewsRow; settled: SettledRow };

const VERSION = 1;

export const messageHistoryTables = {
  news: table<MessageNewsRow>('message_news', VERSION, {
    columns: {
      position: inKey(position),
      part: id,
      id: reference,
      at: time,
      by: orNull(reference),
      via: text,
      type: reference,
      accountId: reference,
      messageIds: { type: 'text', array: true },
      data: json,
      wish: orNull(count),
      into: orNull(reference),
      outOf: orNull(reference),
      emptied: orNull(reference),
    },
    indices: [{ columns: ['accountId'] }],
    also: [
      'create index on % using gin ("messageIds")',
      'create index on % (emptied, position) where emptied is not null',
    ],
  }),
  settled: table<SettledRow>('message_wishes_settled', VERSION, {
    columns: { accountId: id, wish: inKey(count), at: time },
  }),
};

/** Entrance of changes by other mail programs and by the server. */
const BY_SERVER = { by: null, via: 'imap' };

const nameOf = ({ folderId, uidValidity }: Shelf): string => `${folderId} ${uidValidity}`;

function record(news: Rows<MessageNewsRow>, fact: Recorded<HistoryFact>, parts: readonly Part[]): void {
  const { position, id, type, metadata } = fact;
  const { accountId } = fact.data as { accountId: string };
  for (const [n, { messageIds, data, into, outOf, emptied, wish = null }] of parts.entries())
    news.put({
      position,
      part: String(n).padStart(4, '0'),
      id: n === 0 ? id : `${id}.${n}`,
      at: new Date(metadata.at),
      ...(tellings[type]?.author === 'server' ? BY_SERVER : { by: metadata.by, via: metadata.via }),
      type,
      accountId,
      messageIds: [...new Set(messageIds)],
      data,
      wish,
      into: into ? nameOf(into) : null,
      outOf: outOf ? nameOf(outOf) : null,
      emptied: emptied ? nameOf(emptied) : null,
    });
}

const told = Object.fromEntries(
  Object.entries(tellings).flatMap(([type, telling]: [string, Telling | null]) =>
    telling
      ? [[type, ({ news }, fact) => record(news, fact, telling.parts(fact.data as never))] satisfies [string, Handler]]
      : [],
  ),
) as Handlers<HistoryFact, Tables>;

type Handler = (rows: { news: Rows<MessageNewsRow> }, fact: Recorded<HistoryFact>) => void;

/** Fate of each message: found, moved, marked, deleted; by a person, or by another mail program. */
export const messageHistory = defineProjection<HistoryFact | AccountEvent, Tables>({
  name: 'message-history',
  version: VERSION,
  tables: messageHistoryTables,
  on: {
    ...told,
    WishesSettled: ({ news, settled }, fact) => {
      const { accountId, settled: wish, moved, removed, refused } = fact.data;
      settled.put({ accountId, wish, at: new Date(fact.metadata.at) });
      const idsOf = (messages: readonly { messageId: string }[]) => messages.map(({ messageId }) => messageId);
      record(news, fact, [
        ...refused.map(({ messageIds, reason }) => ({ messageIds, data: { reason }, wish })),
        ...moved.map(({ from, to, messages }) => ({ messageIds: idsOf(messages), data: {}, outOf: from, into: to })),
        ...removed.map(({ messages, ...from }) => ({ messageIds: idsOf(messages), data: {}, outOf: from })),
      ]);
    },
    // An account that is removed keeps no mail; its own history stays.
    AccountRemoved: ({ news, settled }, { data: { accountId } }) => {
      news.removeWhere({ accountId });
      settled.removeWhere({ accountId });
    },
  },
});
