import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountEvent } from '../accounts/account.events.js';
import type { PlacesEvent } from '../mailboxes/places.events.js';
import type { WishEvent } from '../mailboxes/wishes/wish.events.js';
import type { MessageEvent } from '../messages/message.events.js';
import { poolOf } from '../platform/database/database.js';
import { flag, id, reference } from '../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../platform/read-models/projection.js';

/** A draft of another program, which is a message here. */
interface FoundDraftRow {
  messageId: string;
  accountId: string;
  /** a person put it into the trash, from which it can be restored */
  isDeleted: boolean;
}

const VERSION = 1;
export const foundDraftsTable = table<FoundDraftRow>('found_drafts', VERSION, {
  columns: { messageId: id, accountId: reference, isDeleted: flag },
  indices: [{ columns: ['accountId'] }],
});

type RowsOf = { found: Rows<FoundDraftRow> };

const ended = ({ found }: RowsOf, { data: { messageId } }: { data: { messageId: string } }): void =>
  found.remove({ messageId });

/** Messages that are drafts of other programs: found in the folder for drafts, and nowhere else. */
export const foundDrafts = defineProjection<
  MessageEvent | PlacesEvent | WishEvent | AccountEvent,
  { found: FoundDraftRow }
>({
  name: 'found-drafts',
  version: VERSION,
  tables: { found: foundDraftsTable },
  on: {
    DraftFound: ({ found }, { data: { messageId, accountId } }) =>
      found.put({ messageId, accountId, isDeleted: false }),
    MessageAlsoReceived: ended,
    MessagePlaced: (rows, fact) => {
      if (fact.data.box !== 'draft') ended(rows, fact);
    },
    MessagesPlaced: ({ found }, { data: { box, places } }) => {
      if (box === 'received' || box === 'sent') for (const { messageId } of places) found.remove({ messageId });
    },
    MessagesDeleted: ({ found }, { data: { messageIds } }) => {
      for (const messageId of messageIds) found.update({ messageId }, { isDeleted: true });
    },
    MessagesRestored: ({ found }, { data: { messageIds } }) => {
      for (const messageId of messageIds) found.update({ messageId }, { isDeleted: false });
    },
    MessageErased: ended,
    MessageDestroyed: ended,
    AccountRemoved: ({ found }, { data: { accountId } }) => found.removeWhere({ accountId }),
  },
});

@Injectable()
export class FoundDrafts {
  constructor(private readonly database: DataSource) {}

  /** Account of a draft of another program; undefined: the message is none, or in the trash. */
  async accountOf(messageId: string): Promise<string | undefined> {
    const { rows } = await poolOf(this.database).query<{ accountId: string }>(
      `select "accountId" from ${foundDraftsTable.name} where "messageId" = $1 and not "isDeleted"`,
      [messageId],
    );
    return rows[0]?.accountId;
  }
}
