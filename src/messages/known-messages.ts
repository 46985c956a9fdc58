import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from '../platform/database/database.js';
import type { Fact } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import type { Recorded } from '../platform/log/fact-log.js';
import { id, orNull, reference } from '../platform/read-models/columns.js';
import { defineProjection, type Projection, type Rows, table } from '../platform/read-models/projection.js';
import type { ConversationEvent } from './conversation.events.js';
import { messageIdOf } from './message.decider.js';
import type { MessageContent, MessageEvent } from './message.events.js';
import type { QueuedMessage } from './sending.events.js';
import type { MessageKeys } from './message-keys.js';

interface KnownMessageRow {
  messageId: string;
  /** `messageIdOf` the raw bytes on record */
  bytesId: string;
  reactionKey: string | null;
  /** first guess of the conversation */
  threadId: string;
  position: string;
  /** position of the fact to which reactions were possible; null: none */
  received: string | null;
}

/** A conversation has messages that name this Message-ID. A row about its oldest known ancestor would repeat its id. */
interface ConversationKeyRow {
  key: string;
  threadId: string;
}

/** Of a message with an id from its bytes: `MessageKeys.identity`, taken before the bytes were destroyed. */
interface IdentityRow {
  messageId: string;
  identityKey: string;
}

/** Conversations that have joined others. */
interface JoinedRow {
  threadId: string;
  root: string;
}

const NAME = 'known-messages';
const VERSION = 1;
/** Name of its checkpoint. */
export const KNOWN_MESSAGES = `${NAME}@${VERSION}`;

const messages = table<KnownMessageRow>('known_messages', VERSION, {
  columns: {
    messageId: id,
    bytesId: reference,
    reactionKey: orNull(reference),
    threadId: reference,
    position: reference,
    received: orNull(reference),
  },
  indices: [{ columns: ['bytesId'] }, { columns: ['threadId', 'position'] }],
  also: ['create index on % ("reactionKey", received) where "reactionKey" is not null'],
});
const keysOfConversations = table<ConversationKeyRow>('conversation_keys', VERSION, {
  columns: { key: id, threadId: id },
});
const identities = table<IdentityRow>('identities_of_known_messages', VERSION, {
  columns: { messageId: id, identityKey: reference },
});
const joined = table<JoinedRow>('joined_conversations', VERSION, {
  columns: { threadId: id, root: reference },
  indices: [{ columns: ['root'] }],
});

type Tables = {
  messages: KnownMessageRow;
  keys: ConversationKeyRow;
  identities: IdentityRow;
  joined: JoinedRow;
};

function putKeys({ keys }: { keys: Rows<ConversationKeyRow> }, threadId: string, found: readonly string[]): void {
  for (const key of found) if (key !== threadId) keys.put({ key, threadId });
}

/** Messages by the keys under which they are found again, and conversations by the Message-IDs that they name. */
export function knownMessages(keys: Pick<MessageKeys, 'reaction' | 'conversation'>): Projection {
  const found =
    (isReceived: boolean) =>
    (
      rows: { [T in keyof Tables]: Rows<Tables[T]> },
      fact: Recorded<Fact<string, MessageContent | QueuedMessage>>,
    ): void => {
      const { accountId, messageId, hash, threadId, ...data } = fact.data;
      rows.messages.put({
        messageId,
        bytesId: messageIdOf(accountId, hash),
        reactionKey: data.conversationKeys === null ? keys.reaction(accountId, data) : data.reactionKey,
        threadId,
        position: fact.position,
        received: isReceived ? fact.position : null,
      });
      putKeys(rows, threadId, data.conversationKeys ?? keys.conversation(accountId, data));
    };
  return defineProjection<MessageEvent | ConversationEvent, Tables>({
    name: NAME,
    version: VERSION,
    tables: { messages, keys: keysOfConversations, identities, joined },
    on: {
      MessageReceived: found(true),
      SentMessageFound: found(false),
      DraftFound: found(false),
      MessageQueued: (rows, fact) => {
        found(false)(rows, fact);
        const { messageId, identityKey } = fact.data;
        if (identityKey !== null) rows.identities.put({ messageId, identityKey });
      },
      MessageAlsoReceived: (rows, { data, position }) =>
        rows.messages.update({ messageId: data.messageId }, { received: position }),
      // A rebuild reads the keys here: the fields from which they were computed are unreadable by then.
      MessageKeysTaken: (rows, { data: { messageId, identityKey, reactionKey, ...data } }) => {
        rows.messages.update({ messageId }, { reactionKey });
        if (identityKey !== null) rows.identities.put({ messageId, identityKey });
        putKeys(rows, data.threadId, data.conversationKeys);
      },
      // A draft that returns is a new message.
      MessageDestroyed: (rows, { data: { messageId, why } }) => {
        if (why === 'draft-gone') rows.messages.remove({ messageId });
      },
      ConversationJoined: (rows, { data }) => {
        rows.joined.updateWhere({ root: data.conversationId }, { root: data.into });
        rows.joined.put({ threadId: data.conversationId, root: data.into });
      },
    },
  });
}

/** A message on record with the same bytes, or the same Message-ID, From and Date. */
export interface KnownMessage {
  messageId: string;
  bytesId: string;
  reactionKey: string | null;
  /** of a message that was recorded without it, and is destroyed; null: not known */
  identityKey: string | null;
}

@Injectable()
export class KnownMessages {
  constructor(private readonly database: DataSource) {}

  /** Oldest first. */
  async alike(bytesIds: readonly string[], reactionKeys: readonly string[]): Promise<KnownMessage[]> {
    const { rows } = await poolOf(this.database).query<KnownMessage>({
      name: 'messages_alike',
      text: `select "messageId", "bytesId", "reactionKey", "identityKey"
             from ${messages.name} left join ${identities.name} using ("messageId")
             where "bytesId" = any($1::text[]) or "reactionKey" = any($2::text[]) order by position`,
      values: [bytesIds, reactionKeys],
    });
    return rows;
  }

  /** Conversations that name one of the keys, each replaced by the one that it has joined. */
  async conversationsNaming(keys: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `select distinct coalesce(j.root, named."threadId") as id
       from (select "threadId" from ${keysOfConversations.name} where key = any($1)
             union select "threadId" from ${messages.name} where "threadId" = any($1)) named
       left join ${joined.name} j using ("threadId")`,
      [keys],
    );
    return rows.map(({ id: threadId }) => threadId);
  }

  /** Ids of the messages of a conversation that were recorded later than a position, oldest first. */
  async inConversationSince(threadId: string, position: Position): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `with root as (
         select coalesce((select root from ${joined.name} where "threadId" = $1), $1) as id
       ), named as (select id from root union select "threadId" from ${joined.name} where root = (select id from root))
       select "messageId" as id from ${messages.name}
       where "threadId" = any(array(select id from named)) and position > $2 order by position limit 20`,
      [threadId, position],
    );
    return rows.map(({ id: messageId }) => messageId);
  }

  /** The conversation with the first message on record comes first. */
  async byAge(threadIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `select asked.id from unnest($1::text[]) asked (id)
       order by (select min(position) from ${messages.name} where "threadId" = asked.id), asked.id`,
      [threadIds],
    );
    return rows.map(({ id: threadId }) => threadId);
  }
}

/** For each message true if its keys name conversations that are apart. One statement for all. */
export async function conversationsApart(
  pool: pg.Pool,
  mails: readonly { threadId: string; keys: readonly string[] }[],
): Promise<boolean[]> {
  const pairs = mails.flatMap(({ threadId, keys }, n) => keys.map((key) => ({ n, threadId, key })));
  const { rows } = await pool.query<{ n: number }>({
    name: 'conversations_apart',
    text: `with pairs as (select * from unnest($1::int[], $2::text[], $3::text[]) as p (n, "threadId", key)),
      named as (
        select n, "threadId" from pairs
        union select p.n, k."threadId" from pairs p join ${keysOfConversations.name} k on k.key = p.key
        union select p.n, p.key from pairs p where exists (select from ${messages.name} m where m."threadId" = p.key))
      select n from named left join ${joined.name} j using ("threadId")
      group by n having count(distinct coalesce(j.root, "threadId")) > 1`,
    values: [pairs.map(({ n }) => n), pairs.map(({ threadId }) => threadId), pairs.map(({ key }) => key)],
  });
  const apart = new Set(rows.map(({ n }) => n));
  return mails.map((_, n) => apart.has(n));
}

/** Ids of those messages of which an earlier one with the same Message-ID, From and Date has had its reactions. */
export async function repeated(
  pool: pg.Pool,
  mails: readonly { messageId: string; position: Position }[],
): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'messages_repeated',
    text: `select asked.id from unnest($1::text[], $2::text[]) asked (id, position)
      where exists (select from ${messages.name} m join ${messages.name} earlier using ("reactionKey")
        where m."messageId" = asked.id and earlier.received < asked.position and earlier."messageId" <> asked.id)`,
    values: [mails.map(({ messageId }) => messageId), mails.map(({ position }) => position)],
  });
  return new Set(rows.map(({ id: messageId }) => messageId));
}
