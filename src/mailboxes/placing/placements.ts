import type { AccountEvent } from '../../accounts/account.events.js';
import type { Flags } from '../../messages/flags.events.js';
import { NO_FLAGS } from '../../messages/flags.events.js';
import type { MessageEvent, Place } from '../../messages/message.events.js';
import type { Fact } from '../../platform/domain.js';
import type { Recorded } from '../../platform/log/fact-log.js';
import { flag, inKey, orNull, reference } from '../../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../../platform/read-models/projection.js';
import type { WishEvent } from '../wishes/wish.events.js';
import type { PlacesEvent } from '../places.events.js';

/** A message in a folder of the server, as on record. */
export interface PlacementRow extends Place, Flags {
  messageId: string;
  accountId: string;
  /** folder from which we moved the message here; null: none */
  cameFrom: string | null;
}

const VERSION = 1;

export const placementsTable = table<PlacementRow>('placements', VERSION, {
  columns: {
    folderId: inKey(reference),
    uidValidity: inKey(reference),
    uid: inKey({ type: 'bigint' }),
    messageId: reference,
    accountId: reference,
    seen: flag,
    flagged: flag,
    answered: flag,
    forwarded: flag,
    deleted: flag,
    cameFrom: orNull(reference),
  },
  indices: [{ columns: ['messageId'] }],
});

type Tables = { placements: PlacementRow };
type Rowed = { placements: Rows<PlacementRow> };

const place = ({ placements }: Rowed, { data }: Recorded<Fact<string, PlacementOf>>): void =>
  placements.put({ ...rowOf(data), cameFrom: null });

type PlacementOf = Omit<PlacementRow, 'cameFrom'>;

const rowOf = (data: PlacementOf): PlacementOf => {
  const { folderId, uidValidity, uid, messageId, accountId, seen, flagged, answered, forwarded, deleted } = data;
  return { folderId, uidValidity, uid, messageId, accountId, seen, flagged, answered, forwarded, deleted };
};

const gone = ({ placements }: Rowed, { data }: { data: { messageId: string } }): void =>
  placements.removeWhere({ messageId: data.messageId });

/**
 * Base of each comparison with a server: the places of all messages, with their flags. A destroyed message keeps its
 * places: its removal from the server may still be under way.
 */
export const placements = defineProjection<MessageEvent | PlacesEvent | WishEvent | AccountEvent, Tables>({
  name: 'placements',
  version: VERSION,
  tables: { placements: placementsTable },
  on: {
    MessageReceived: place,
    SentMessageFound: place,
    DraftFound: place,
    MessageAlsoReceived: place,
    MessagePlaced: ({ placements }, { data }) => placements.put({ ...rowOf({ ...data, ...NO_FLAGS }), cameFrom: null }),
    MessagesPlaced: ({ placements }, { data: { accountId, folderId, uidValidity, places } }) => {
      for (const each of places)
        placements.put({ ...rowOf({ accountId, folderId, uidValidity, ...each }), cameFrom: null });
    },
    FlagsChanged: ({ placements }, { data: { folderId, uidValidity, changes } }) => {
      for (const { set, messages } of changes)
        for (const { uid } of messages) placements.update({ folderId, uidValidity, uid }, set);
    },
    PlacesLeft: ({ placements }, { data: { folderId, uidValidity, places } }) => {
      if (places === 'all') placements.removeWhere({ folderId, uidValidity });
      else for (const { uid } of places) placements.remove({ folderId, uidValidity, uid });
    },
    WishesSettled: ({ placements }, { data: { accountId, marked, moved, removed } }) => {
      for (const { folderId, uidValidity, set, messages } of marked)
        for (const { uid } of messages) placements.update({ folderId, uidValidity, uid }, set);
      for (const { from, to, messages } of moved)
        for (const { uid, toUid, ...each } of messages) {
          placements.remove({ ...from, uid });
          if (toUid !== null)
            placements.put({ ...rowOf({ accountId, ...to, ...each, uid: toUid }), cameFrom: from.folderId });
        }
      for (const { folderId, uidValidity, messages } of removed)
        for (const { uid } of messages) placements.remove({ folderId, uidValidity, uid });
    },
    CopyKept: ({ placements }, { data: { accountId, messageId, place } }) => {
      if (place)
        placements.put({ ...rowOf({ accountId, messageId, ...place, ...NO_FLAGS, seen: true }), cameFrom: null });
    },
    // Places of a destroyed message stay: the server may not have followed its deletion yet.
    MessageErased: gone,
    AccountRemoved: ({ placements }, { data: { accountId } }) => placements.removeWhere({ accountId }),
  },
});
