import type pg from 'pg';
import { batched } from '../database/batched.js';

export const BLOBS_SCHEMA = `
create table if not exists blobs (
  name text collate "C" primary key, pack text collate "C" not null, at bigint not null, size bigint not null
);
create index if not exists blobs_pack on blobs (pack)`;

/** Where a blob lies: `size` octets of a pack, from `at` on. */
export interface BlobPlace {
  pack: string;
  at: number;
  size: number;
}

/** In which pack each blob lies. What no place names is not there, whatever the packs hold. */
export class BlobPlaces {
  private readonly finding = batched((names) => this.findAll(names));

  constructor(private readonly pool: pg.Pool) {}

  /** Calls of one moment share a statement. */
  find(names: readonly string[]): Promise<Map<string, BlobPlace>> {
    return this.finding(names);
  }

  /** Durably, all or none; a place that was there is replaced. */
  async put(places: readonly (BlobPlace & { name: string })[]): Promise<void> {
    if (places.length === 0) return;
    const sorted = places.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    await this.pool.query({
      name: 'put_blob_places',
      text: `insert into blobs (name, pack, at, size) select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
             on conflict (name) do update set pack = excluded.pack, at = excluded.at, size = excluded.size`,
      values: [
        sorted.map(({ name }) => name),
        sorted.map(({ pack }) => pack),
        sorted.map(({ at }) => at),
        sorted.map(({ size }) => size),
      ],
    });
  }

  /** Answers the packs in which nothing lies any more. */
  async remove(names: readonly string[]): Promise<string[]> {
    const { rows: removed } = await this.pool.query<{ pack: string }>(
      'delete from blobs where name = any($1) returning pack',
      [names],
    );
    const { rows: empty } = await this.pool.query<{ pack: string }>(
      'select distinct pack from unnest($1::text[]) pack where not exists (select from blobs where blobs.pack = pack.pack)',
      [removed.map(({ pack }) => pack)],
    );
    return empty.map(({ pack }) => pack);
  }

  private async findAll(names: readonly string[]): Promise<Map<string, BlobPlace>> {
    const { rows } = await this.pool.query<{ name: string; pack: string; at: string; size: string }>({
      name: 'find_blob_places',
      text: 'select name, pack, at, size from blobs where name = any($1)',
      values: [names],
    });
    return new Map(rows.map(({ name, pack, at, size }) => [name, { pack, at: Number(at), size: Number(size) }]));
  }
}
