import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from '../platform/database/database.js';
import { id, reference } from '../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../platform/read-models/projection.js';
import type { MessageEvent } from './message.events.js';

/** A Message-ID under which a message left: our own, or the one that the provider gave instead. */
interface SentKeyRow {
  /** `MessageKeys.sent` */
  key: string;
  messageId: string;
}

/** An account with messages that were sent from here. */
interface SenderRow {
  accountId: string;
}

const VERSION = 2;
const keys = table<SentKeyRow>('sent_message_keys', VERSION, { columns: { key: id, messageId: reference } });

const senders = table<SenderRow>('sending_accounts', VERSION, { columns: { accountId: id } });

type RowsOf = { keys: Rows<SentKeyRow>; senders: Rows<SenderRow> };

/** Messages that were sent from here. Rows of destroyed messages stay: their copy on the server does not return. */
export const sentMessages = defineProjection<MessageEvent, { keys: SentKeyRow; senders: SenderRow }>({
  name: 'sent-messages',
  version: VERSION,
  tables: { keys, senders },
  on: {
    MessageQueued: ({ keys, senders }: RowsOf, { data: { sentKey, messageId, accountId } }) => {
      keys.put({ key: sentKey, messageId });
      senders.put({ accountId });
    },
    RecipientsAccepted: ({ keys }: RowsOf, { data: { sentKey, messageId } }) => {
      if (sentKey !== null) keys.put({ key: sentKey, messageId });
    },
  },
});

/** Those of the accounts with messages that were sent from here. */
export async function accountsThatSent(pool: pg.Pool, accountIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<SenderRow>({
    name: 'accounts_that_sent',
    text: `select "accountId" from ${senders.name} where "accountId" = any($1)`,
    values: [[...new Set(accountIds)]],
  });
  return new Set(rows.map(({ accountId }) => accountId));
}

@Injectable()
export class SentMessages {
  constructor(private readonly database: DataSource) {}

  /** Ids of messages by those of the keys that are known. */
  async among(sentKeys: readonly string[]): Promise<Map<string, string>> {
    if (sentKeys.length === 0) return new Map();
    const { rows } = await poolOf(this.database).query<SentKeyRow>({
      name: 'sent_messages_among',
      text: `select key, "messageId" from ${keys.name} where key = any($1)`,
      values: [sentKeys],
    });
    return new Map(rows.map(({ key, messageId }) => [key, messageId]));
  }
}
