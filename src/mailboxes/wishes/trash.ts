import type { MessageEvent } from '../../messages/message.events.js';
import { id, position, reference } from '../../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../../platform/read-models/projection.js';
import type { WishEvent } from './wish.events.js';

/** A message in the trash of the CRM. */
export interface TrashRow {
  messageId: string;
  accountId: string;
  /** of the fact that deleted it */
  position: string;
}

const VERSION = 1;

export const trashTable = table<TrashRow>('trash', VERSION, {
  columns: { messageId: id, accountId: reference, position },
  indices: [{ columns: ['position', 'messageId'] }],
});

const gone = ({ trash }: { trash: Rows<TrashRow> }, { data }: { data: { messageId: string } }): void =>
  trash.remove({ messageId: data.messageId });

/** Messages that people deleted and nobody restored, also of removed accounts: they are destroyed in time, too. */
export const trash = defineProjection<WishEvent | MessageEvent, { trash: TrashRow }>({
  name: 'trash',
  version: VERSION,
  tables: { trash: trashTable },
  on: {
    MessagesDeleted: ({ trash }, { data: { accountId, messageIds }, position: at }) => {
      for (const messageId of messageIds) trash.put({ messageId, accountId, position: at });
    },
    MessagesRestored: ({ trash }, { data: { messageIds } }) => {
      for (const messageId of messageIds) trash.remove({ messageId });
    },
    MessageErased: gone,
    MessageDestroyed: gone,
  },
});
