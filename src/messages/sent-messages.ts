import { Injectable } from '@nestjs/common';
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

const VERSION = 1;
const keys = table<SentKeyRow>('sent_message_keys', VERSION, { columns: { key: id, messageId: reference } });

type RowsOf = { keys: Rows<SentKeyRow> };

/** Messages that were sent from here. Rows of destroyed messages stay: their copy on the server does not return. */
export const sentMessages = defineProjection<MessageEvent, { keys: SentKeyRow }>({
  name: 'sent-messages',
  version: VERSION,
  tables: { keys },
  on: {
    MessageQueued: ({ keys }: RowsOf, { data: { sentKey, messageId } }) => keys.put({ key: sentKey, messageId }),
    RecipientsAccepted: ({ keys }: RowsOf, { data: { sentKey, messageId } }) => {
      if (sentKey !== null) keys.put({ key: sentKey, messageId });
    },
  },
});

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
