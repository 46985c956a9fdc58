import type pg from 'pg';
import { batched } from '../database/batched.js';

/** `size` octets of a pack, from `at` on. */
interface BlobPlace {
  pack: string;
  at: number;
  size: number;
}

export type NamedPlace = BlobPlace & { name: string };

/** The place of each blob. */
export class BlobPlaces {
  private readonly finding = batched((names) => this.findAll(names));

  constructor(private readonly pool: pg.Pool) {}

  /** Calls of one turn of the event loop share a statement. */
  find(names: readonly string[]): Promise<Map<string, BlobPlace>> {
    return this.finding(names);
  }

  /** The places of all their bytes: also of copies in packs that compaction has left. */
  async findCopies(names: readonly string[]): Promise<NamedPlace[]> {
    const { rows } = await this.pool.query<PlaceRow>(
      `select name, pack, at, size from blobs where name = any($1)
       union all select name, pack, at, size from retired_blobs where name = any($1)`,
      [names],
    );
    return rows.map(placeOfRow);
  }

  /** Durable, all or none; replaces earlier places. The blobs do not count as missing any more. */
  async put(places: readonly NamedPlace[]): Promise<void> {
    if (places.length === 0) return;
    const sorted = places.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    await this.pool.query({
      name: 'put_blob_places',
      text: `with repaired as (delete from missing_blobs where name = any($1::text[]))
             insert into blobs (name, pack, at, size) select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
             on conflict (name) do update set pack = excluded.pack, at = excluded.at, size = excluded.size`,
      values: [
        sorted.map(({ name }) => name),
        sorted.map(({ pack }) => pack),
        sorted.map(({ at }) => at),
        sorted.map(({ size }) => size),
      ],
    });
  }

  /**
   * Removes the rows of exactly these places; a blob that has moved meanwhile keeps its row.
   * @returns packs that lost a row: `empty` have no row left, `thinned` have some
   */
  async remove(places: readonly NamedPlace[]): Promise<{ empty: string[]; thinned: string[] }> {
    const packs = [...new Set(places.map(({ pack }) => pack))];
    // Rows are locked in the order of their names, as by every other writer: two of them cannot wait for each other.
    await this.pool.query(
      `with unwanted as (select * from unnest($1::text[], $2::text[], $3::bigint[]) as unwanted (name, pack, at)),
            locked as (select name from blobs join unwanted using (name, pack, at) order by name for update of blobs),
            retired as (delete from retired_blobs using unwanted
                        where retired_blobs.pack = unwanted.pack and retired_blobs.at = unwanted.at)
       delete from blobs using locked where blobs.name = locked.name`,
      [places.map(({ name }) => name), places.map(({ pack }) => pack), places.map(({ at }) => at)],
    );
    const { rows } = await this.pool.query<{ pack: string; empty: boolean }>(
      `select pack, not exists (select from blobs where blobs.pack = packs.pack)
         and not exists (select from retired_blobs where retired_blobs.pack = packs.pack) as empty
       from unnest($1::text[]) as packs (pack)`,
      [packs],
    );
    return {
      empty: rows.filter(({ empty }) => empty).map(({ pack }) => pack),
      thinned: rows.filter(({ empty }) => !empty).map(({ pack }) => pack),
    };
  }

  /** Whether there is any blob. */
  async any(): Promise<boolean> {
    return (await this.pool.query('select from blobs limit 1')).rows.length > 0;
  }

  /** Packs after `after` in the order of their names, with the offset behind their last blob. */
  async packsAfter(after: string, most: number): Promise<{ pack: string; end: number }[]> {
    const { rows } = await this.pool.query<{ pack: string; end: string }>(
      'select pack, max(at + size) as end from blobs where pack > $1 group by pack order by pack limit $2',
      [after, most],
    );
    return rows.map(({ pack, end }) => ({ pack, end: Number(end) }));
  }

  /** Blobs of a pack that end behind the first `size` octets. */
  async behind(pack: string, size: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      'select name from blobs where pack = $1 and at + size > $2',
      [pack, size],
    );
    return rows.map(({ name }) => name);
  }

  private async findAll(names: readonly string[]): Promise<Map<string, BlobPlace>> {
    const { rows } = await this.pool.query<PlaceRow>({
      name: 'find_blob_places',
      text: 'select name, pack, at, size from blobs where name = any($1)',
      values: [names],
    });
    return new Map(rows.map((row) => [row.name, placeOfRow(row)]));
  }
}

/** As pg answers it: bigint is text. */
export interface PlaceRow {
  name: string;
  pack: string;
  at: string;
  size: string;
}

export const placeOfRow = ({ name, pack, at, size }: PlaceRow): NamedPlace => ({
  name,
  pack,
  at: Number(at),
  size: Number(size),
});
