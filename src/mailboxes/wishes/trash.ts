import type { AccountEvent } from '../../accounts/account.events.js';
import type { MessageEvent } from '../../messages/message.events.js';
import { id, reference, time } from '../../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../../platform/read-models/projection.js';
import type { WishEvent } from './wish.events.js';

/** A message in the trash of the CRM. */
export interface TrashRow {
  messageId: string;
  accountId: string;
  deletedAt: Date;
}

const VERSION = 1;

export const trashTable = table<TrashRow>('trash', VERSION, {
  columns: { messageId: id, accountId: reference, deletedAt: time },
  indices: [{ columns: ['deletedAt'] }],
});

const gone = ({ trash }: { trash: Rows<TrashRow> }, { data }: { data: { messageId: string } }): void =>
  trash.remove({ messageId: data.messageId });

/** Messages that people deleted and nobody restored. */
export const trash = defineProjection<WishEvent | MessageEvent | AccountEvent, { trash: TrashRow }>({
  name: 'trash',
  version: VERSION,
  tables: { trash: trashTable },
  on: {
    MessagesDeleted: ({ trash }, { data: { accountId, messageIds }, metadata }) => {
      for (const messageId of messageIds) trash.put({ messageId, accountId, deletedAt: new Date(metadata.at) });
    },
    MessagesRestored: ({ trash }, { data: { messageIds } }) => {
      for (const messageId of messageIds) trash.remove({ messageId });
    },
    MessageErased: gone,
    MessageDestroyed: gone,
    AccountRemoved: ({ trash }, { data: { accountId } }) => trash.removeWhere({ accountId }),
  },
});
