import type pg from 'pg';
import { inTransaction } from '../database/database.js';
import { reached } from '../steps.js';
import { type NamedPlace, type PlaceRow, placeOfRow } from './blob-places.js';

/** The part of a pack that rows name. */
interface PackContent {
  /** in bytes */
  named: number;
  /** offset behind the last named blob */
  end: number;
}

const LOCK_WAIT_MS = 200;

/** The rows of whole packs, for compaction and for the removal of orphaned packs. */
export class PackContents {
  constructor(private readonly pool: pg.Pool) {}

  /** Has no entry for a pack that no row names. */
  async of(packs: readonly string[]): Promise<Map<string, PackContent>> {
    const { rows } = await this.pool.query<{ pack: string; named: string; end: string }>(
      'select pack, sum(size) as named, max(at + size) as end from blobs where pack = any($1) group by pack',
      [packs],
    );
    return new Map(rows.map(({ pack, named, end }) => [pack, { named: Number(named), end: Number(end) }]));
  }

  /** Bytes of all copies that compaction has left in old packs. */
  async retiredBytes(): Promise<number> {
    const { rows } = await this.pool.query<{ bytes: string }>(
      'select coalesce(sum(size), 0) as bytes from retired_blobs',
    );
    return Number(rows[0]!.bytes);
  }

  /**
   * Lets `copy` copy all blobs of some packs, then moves the rows to the copies, in one transaction. The rows are
   * locked before `copy` runs, so a blob that is removed meanwhile is removed from its new place.
   * @param copy its places must be durable when it resolves; it is not called for packs without blobs
   * @returns the places that the rows had before
   */
  async move(
    packs: readonly string[],
    copy: (blobs: readonly NamedPlace[]) => Promise<readonly NamedPlace[]>,
  ): Promise<readonly NamedPlace[]> {
    const moved = await inTransaction(this.pool, async (client) => {
      // Excludes `whileUnnamed`, which could take the new pack for an orphaned one.
      await client.query('lock table blobs in row exclusive mode');
      const { rows } = await client.query<PlaceRow>(
        'select name, pack, at, size from blobs where pack = any($1) order by name for update',
        [packs],
      );
      if (rows.length === 0) return [];
      const blobs = rows.map(placeOfRow);
      const copies = await copy(blobs);
      await client.query(
        `insert into retired_blobs select name, pack, at, size from blobs where name = any($1)
         on conflict (pack, at) do nothing`,
        [copies.map(({ name }) => name)],
      );
      await client.query(
        `update blobs set pack = copies.pack, at = copies.at
         from unnest($1::text[], $2::text[], $3::bigint[]) as copies (name, pack, at) where blobs.name = copies.name`,
        [copies.map(({ name }) => name), copies.map(({ pack }) => pack), copies.map(({ at }) => at)],
      );
      reached('compaction.rows-moved');
      return blobs;
    });
    reached('compaction.committed');
    return moved;
  }

  /** Packs with such copies. */
  async retired(): Promise<string[]> {
    const { rows } = await this.pool.query<{ pack: string }>('select distinct pack from retired_blobs');
    return rows.map(({ pack }) => pack);
  }

  /** Forgets the copies that compaction left in these packs. */
  async forgetRetired(packs: readonly string[]): Promise<void> {
    await this.pool.query('delete from retired_blobs where pack = any($1)', [packs]);
  }

  /**
   * Runs `work` on those packs that no row names. Writers of rows wait until `work` has ended, so no pack gets its
   * first row in between.
   * @throws DatabaseError 55P03 if others use the table for longer than 200 ms; then `work` did not run
   */
  async whileUnnamed(packs: readonly string[], work: (unnamed: readonly string[]) => Promise<void>): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
      await client.query('lock table blobs in share mode');
      const { rows } = await client.query<{ pack: string }>(
        `select pack from unnest($1::text[]) as packs (pack)
         where not exists (select from blobs where blobs.pack = packs.pack)`,
        [packs],
      );
      await work(rows.map(({ pack }) => pack));
    });
  }
}
