import type { DataSource } from 'typeorm';
import { type MessageNewsRow, messageHistoryTables } from './message-history.js';

const { news, settled } = messageHistoryTables;

const COLUMNS = `position, part, id, at, "by", via, type, "accountId", data, wish, "into", "outOf", emptied`;
const OF_MESSAGE = (messageId: string): string => `"messageIds" @> array[${messageId}]`;

export type Entry = Omit<MessageNewsRow, 'messageIds'>;

/**
 * Source of the entries of one message. A folder that lost all its messages counts for the message if the message came
 * there before, and had not left.
 * @param messageId parameter
 */
export const entriesOf = (messageId: string): string => `(
  with mine as materialized (select ${COLUMNS} from ${news.name} where ${OF_MESSAGE(messageId)})
  select * from mine where type <> 'WishesSettled'
  union all
  select ${COLUMNS} from ${news.name} gone
  where emptied = any (array(select "into" from mine)) and exists (
    select from mine came where came."into" = gone.emptied and came.position < gone.position and not exists (
      select from mine went
      where went."outOf" = gone.emptied and went.position > came.position and went.position < gone.position)))`;

export interface Known {
  accountId: string;
  isErased: boolean;
}

/** Account of a message with a history; undefined: never recorded. */
export async function knownMessage(database: DataSource, messageId: string): Promise<Known | undefined> {
  const [known] = await database.query<[{ accountId: string | null; isErased: boolean | null }]>(
    `select min("accountId") as "accountId", bool_or(type = 'MessageErased') as "isErased"
     from ${news.name} where ${OF_MESSAGE('$1')}`,
    [messageId],
  );
  const { accountId, isErased } = known;
  return accountId === null ? undefined : { accountId, isErased: isErased === true };
}

export interface Settled {
  wish: number;
  at: Date;
  /** null: the server has the change */
  reason: string | null;
}

/** Those of the wishes about a message that the server has, or has refused. */
export const settledOf = (
  database: DataSource,
  accountId: string,
  messageId: string,
  wishes: readonly number[],
): Promise<Settled[]> =>
  database.query<Settled[]>(
    `select asked.wish, done.at, refusal.reason
     from unnest($3::int[]) asked(wish)
     cross join lateral (
       select wish, at from ${settled.name} where "accountId" = $1 and wish >= asked.wish order by wish limit 1) done
     left join lateral (
       select data->>'reason' as reason from ${news.name}
       where ${OF_MESSAGE('$2')} and type = 'WishesSettled' and wish = done.wish limit 1) refusal on true`,
    [accountId, messageId, wishes],
  );
