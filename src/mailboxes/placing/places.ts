import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Flags } from '../../messages/flags.events.js';
import type { Box } from '../../messages/message.events.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { poolOf } from '../../platform/database/database.js';
import { Refused } from '../../platform/domain.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { Checkpoints } from '../../platform/followers/checkpoints.js';
import { places } from '../places.fold.js';
import type { Changes } from '../looking/reconcile.js';
import {
  type ChangeCause,
  inParts,
  type PlacedMessage,
  type PlacesEvent,
  placesStream,
  type Shelf,
} from '../places.events.js';
import { placements, type PlacementRow, placementsTable } from './placements.js';

const WAIT_MS = 10_000;

type InFolder = { accountId: string } & Shelf;

export type LeftCause = Extract<PlacesEvent, { type: 'PlacesLeft' }>['data']['cause'];

/** Places of messages on record. The holder of the account's lease writes them. */
@Injectable()
export class Places {
  constructor(
    private readonly decide: Decide,
    private readonly checkpoints: Checkpoints,
    private readonly database: DataSource,
    private readonly log: FactLog,
  ) {}

  /** Records those places that are not on record. */
  async place(
    { accountId, folderId, uidValidity }: InFolder,
    box: Box | null,
    found: readonly (PlacedMessage & Flags)[],
    origin: Origin,
  ): Promise<void> {
    if (found.length === 0) return;
    await this.known();
    const uids = found.map(({ uid }) => uid);
    const there = new Map((await this.at({ folderId, uidValidity }, uids)).map((row) => [row.uid, row.messageId]));
    const fresh = found.filter(({ uid, messageId }) => there.get(uid) !== messageId);
    for (const part of inParts(fresh))
      await this.record(
        folderId,
        {
          type: 'MessagesPlaced',
          data: { accountId, folderId, uidValidity, cause: 'server', box, places: part },
        },
        origin,
      );
  }

  /** All messages of a folder on record. */
  base({ folderId, uidValidity }: Shelf): Promise<PlacementRow[]> {
    return this.select('"folderId" = $1 and "uidValidity" = $2', [folderId, uidValidity]);
  }

  /** Splits UIDs: `moved` are messages on record that we moved there, which need no fetch. */
  async withoutOurs(shelf: Shelf, uids: readonly number[]): Promise<{ open: number[]; moved: number[] }> {
    if (uids.length === 0) return { open: [], moved: [] };
    await this.known();
    const rows = await this.at(shelf, uids);
    const moved = new Set(rows.filter(({ cameFrom }) => cameFrom !== null).map(({ uid }) => uid));
    return { open: uids.filter((uid) => !moved.has(uid)), moved: uids.filter((uid) => moved.has(uid)) };
  }

  /** Those of these folders with places on record, under each UIDVALIDITY. */
  async shelvesOf(folderIds: readonly string[]): Promise<Shelf[]> {
    if (folderIds.length === 0) return [];
    const { rows } = await poolOf(this.database).query<Shelf>(
      `select distinct "folderId", "uidValidity" from ${placementsTable.name} where "folderId" = any($1)`,
      [folderIds],
    );
    return rows;
  }

  /** UIDVALIDITYs of a folder with places on record. */
  async uidValidities(folderId: string): Promise<string[]> {
    const { rows } = await poolOf(this.database).query<{ value: string }>(
      `select distinct "uidValidity" as value from ${placementsTable.name} where "folderId" = $1`,
      [folderId],
    );
    return rows.map(({ value }) => value);
  }

  /** Records changed flags, at most `MOST_IN_FACT` messages in a fact. */
  async changeFlags(where: InFolder, cause: ChangeCause, changes: Changes['flags'], origin: Origin): Promise<void> {
    const { accountId, folderId, uidValidity } = where;
    for (const { set, messages } of changes)
      for (const part of inParts(messages))
        await this.record(
          folderId,
          {
            type: 'FlagsChanged',
            data: { accountId, folderId, uidValidity, cause, changes: [{ set, messages: part }] },
          },
          origin,
        );
  }

  /** Records that messages left a folder. `all`: every one under this UIDVALIDITY. */
  async leave(
    where: InFolder,
    cause: LeftCause,
    left: readonly PlacedMessage[] | 'all',
    origin: Origin,
  ): Promise<void> {
    const { accountId, folderId, uidValidity } = where;
    for (const places of left === 'all' ? (['all'] as const) : inParts(left))
      await this.record(
        folderId,
        { type: 'PlacesLeft', data: { accountId, folderId, uidValidity, cause, places } },
        origin,
      );
  }

  /** Waits until the lookup has read all facts so far. @throws Refused 503 */
  async known(): Promise<void> {
    if (await this.checkpoints.waitFor([placements.id], await this.log.store.head(), WAIT_MS)) return;
    throw new Refused('read-model-behind', 'unavailable', 'The lookup of places is behind.');
  }

  async record(folderId: string, fact: PlacesEvent, origin: Origin): Promise<void> {
    await this.decide.on(placesStream(folderId), places, origin, () => [fact]);
  }

  /** Places of all these messages on record. */
  ofMessages(messageIds: readonly string[]): Promise<PlacementRow[]> {
    return this.select('"messageId" = any($1)', [messageIds]);
  }

  /** Messages on record that lie in this folder, and in no other one. */
  async onlyIn(folderId: string): Promise<string[]> {
    const { rows } = await poolOf(this.database).query<{ id: string }>(
      `select "messageId" as id from ${placementsTable.name}
       where "messageId" = any(array(select "messageId" from ${placementsTable.name} where "folderId" = $1))
       group by "messageId" having bool_and("folderId" = $1)`,
      [folderId],
    );
    return rows.map(({ id }) => id);
  }

  /** All places of a message on record. */
  async ofMessage(messageId: string): Promise<PlacementRow[]> {
    return this.select('"messageId" = $1', [messageId]);
  }

  /** Messages with the lowest and the highest UIDs of a folder. @param most at each end */
  async atEnds({ folderId, uidValidity }: Shelf, most: number): Promise<PlacementRow[]> {
    const end = (order: 'asc' | 'desc'): Promise<PlacementRow[]> =>
      this.select(`"folderId" = $1 and "uidValidity" = $2 order by uid ${order} limit $3`, [
        folderId,
        uidValidity,
        most,
      ]);
    const rows = [...(await end('asc')), ...(await end('desc'))];
    return [...new Map(rows.map((row) => [row.uid, row])).values()];
  }

  /** Those of the messages of a folder on record that have these UIDs. */
  at({ folderId, uidValidity }: Shelf, uids: readonly number[]): Promise<PlacementRow[]> {
    return this.select('"folderId" = $1 and "uidValidity" = $2 and uid = any($3::bigint[])', [
      folderId,
      uidValidity,
      uids,
    ]);
  }

  private async select(where: string, values: readonly unknown[]): Promise<PlacementRow[]> {
    const { rows } = await poolOf(this.database).query<Omit<PlacementRow, 'uid'> & { uid: string }>(
      `select * from ${placementsTable.name} where ${where}`,
      [...values],
    );
    return rows.map((row) => ({ ...row, uid: Number(row.uid) }));
  }
}
