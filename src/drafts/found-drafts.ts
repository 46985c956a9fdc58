import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountEvent, Server } from '../accounts/account.events.js';
import type { FolderEvent } from '../mailboxes/folders/folder.events.js';
import type { FolderRole } from '../mailboxes/mailbox.events.js';
import type { PlacesEvent } from '../mailboxes/places.events.js';
import { placementsTable } from '../mailboxes/placing/placements.js';
import type { WishEvent } from '../mailboxes/wishes/wish.events.js';
import type { MessageEvent, Place } from '../messages/message.events.js';
import { poolOf } from '../platform/database/database.js';
import { flag, id, reference } from '../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../platform/read-models/projection.js';

/** A draft of another program, which is a message here. */
interface FoundDraftRow {
  messageId: string;
  accountId: string;
  /** folder in which it was found */
  folderId: string;
  /** a person put it into the trash, from which it can be restored */
  isDeleted: boolean;
  /** another program removed it from a folder, and put it into no folder for drafts since */
  hasLeft: boolean;
}

/** A folder for trash or junk: a draft that another program moved there is deleted. */
interface OutOfSightRow {
  folderId: string;
  accountId: string;
}

/** Incoming server of each account. */
interface DraftServerRow {
  accountId: string;
  lane: string;
}

const VERSION = 2;
export const foundDraftsTable = table<FoundDraftRow>('found_drafts', VERSION, {
  columns: { messageId: id, accountId: reference, folderId: reference, isDeleted: flag, hasLeft: flag },
  indices: [{ columns: ['accountId'] }],
  also: ['create index on % ("accountId") where "hasLeft" and not "isDeleted"'],
});
export const outOfSightTable = table<OutOfSightRow>('draft_trash_folders', VERSION, {
  columns: { folderId: id, accountId: reference },
});
export const draftServersTable = table<DraftServerRow>('draft_servers', VERSION, {
  columns: { accountId: id, lane: reference },
});

type RowsOf = { found: Rows<FoundDraftRow> };

const folderHasRole = (
  { outOfSight }: { outOfSight: Rows<OutOfSightRow> },
  { folderId, accountId, role }: OutOfSightRow & { role: FolderRole },
): void => {
  if (role === 'trash' || role === 'junk') outOfSight.put({ folderId, accountId });
  else outOfSight.remove({ folderId });
};

const laneOf = ({ host, port }: Server): string => `${host.toLowerCase()}:${port}`;

const ended = ({ found }: RowsOf, { data: { messageId } }: { data: { messageId: string } }): void =>
  found.remove({ messageId });

/** Messages that are drafts of other programs: found in the folder for drafts, and nowhere else. */
export const foundDrafts = defineProjection<
  MessageEvent | PlacesEvent | WishEvent | FolderEvent | AccountEvent,
  { found: FoundDraftRow; outOfSight: OutOfSightRow; servers: DraftServerRow }
>({
  name: 'found-drafts',
  version: VERSION,
  tables: { found: foundDraftsTable, outOfSight: outOfSightTable, servers: draftServersTable },
  on: {
    DraftFound: ({ found }, { data: { messageId, accountId, folderId } }) =>
      found.put({ messageId, accountId, folderId, isDeleted: false, hasLeft: false }),
    MessageAlsoReceived: ended,
    MessagePlaced: (rows, fact) => {
      if (fact.data.box !== 'draft') ended(rows, fact);
    },
    MessagesPlaced: ({ found }, { data: { box, places } }) => {
      for (const { messageId } of places)
        if (box === 'received' || box === 'sent') found.remove({ messageId });
        else if (box === 'draft') found.update({ messageId }, { hasLeft: false });
    },
    // A folder or a server that is gone takes along all of its places: such drafts are hidden, and kept.
    PlacesLeft: ({ found }, { data: { places } }) => {
      if (places !== 'all') for (const { messageId } of places) found.update({ messageId }, { hasLeft: true });
    },
    MessagesDeleted: ({ found }, { data: { messageIds } }) => {
      for (const messageId of messageIds) found.update({ messageId }, { isDeleted: true });
    },
    MessagesRestored: ({ found }, { data: { messageIds } }) => {
      for (const messageId of messageIds) found.update({ messageId }, { isDeleted: false });
    },
    MessageErased: ended,
    MessageDestroyed: ended,
    FolderFound: (rows, { data }) => folderHasRole(rows, data),
    FolderRoleSet: (rows, { data }) => folderHasRole(rows, data),
    FolderRoleChanged: (rows, { data: { to: role, ...data } }) => folderHasRole(rows, { ...data, role }),
    AccountAdded: ({ servers }, { data: { accountId, settings } }) =>
      servers.put({ accountId, lane: laneOf(settings.incoming) }),
    IncomingServerChanged: ({ servers }, { data: { accountId, to } }) =>
      servers.update({ accountId }, { lane: laneOf(to) }),
    AccountRemoved: ({ found, outOfSight, servers }, { data: { accountId } }) => {
      found.removeWhere({ accountId });
      outOfSight.removeWhere({ accountId });
      servers.remove({ accountId });
    },
  },
});

/** SQL condition, alias `f`. */
export const IS_GONE = `f."hasLeft" and not f."isDeleted"
  and not exists (
    select from ${placementsTable.name} p where p."messageId" = f."messageId" and not p.deleted
      and not exists (select from ${outOfSightTable.name} o where o."folderId" = p."folderId")
  )`;

@Injectable()
export class FoundDrafts {
  constructor(private readonly database: DataSource) {}

  /** Ids of drafts of an account that other programs have removed from their last place, or moved to the trash. */
  async goneOf(accountId: string): Promise<string[]> {
    const { rows } = await poolOf(this.database).query<{ id: string }>(
      `select f."messageId" as id from ${foundDraftsTable.name} f where f."accountId" = $1 and ${IS_GONE} limit 500`,
      [accountId],
    );
    return rows.map((row) => row.id);
  }

  /** Places of a draft in the folder in which it was found. */
  async placesOf(messageId: string): Promise<Place[]> {
    const { rows } = await poolOf(this.database).query<Omit<Place, 'uid'> & { uid: string }>(
      `select p."folderId", p."uidValidity", p.uid from ${foundDraftsTable.name} f
       join ${placementsTable.name} p using ("messageId", "folderId") where f."messageId" = $1`,
      [messageId],
    );
    return rows.map((row) => ({ ...row, uid: Number(row.uid) }));
  }

  /** Account of a draft of another program; undefined: the message is none, or in the trash. */
  async accountOf(messageId: string): Promise<string | undefined> {
    const { rows } = await poolOf(this.database).query<{ accountId: string }>(
      `select "accountId" from ${foundDraftsTable.name} where "messageId" = $1 and not "isDeleted"`,
      [messageId],
    );
    return rows[0]?.accountId;
  }
}
