import type pg from 'pg';
import { binaryArray, TEXT_TYPE } from '../database/binary-array.js';
import { batched } from '../database/batched.js';
import type { MasterKey } from './master-key.js';
import { random } from './sealing.js';
import type { SealedText } from './unsealing.js';

export const DATA_KEYS_SCHEMA = `
create table if not exists data_keys (
  id text collate "C" primary key,
  wrapped bytea,
  destroyed_at timestamptz
)`;

/** A key that has not been destroyed. */
export class HeldKey {
  private key: Buffer | undefined;

  constructor(
    private readonly master: MasterKey,
    readonly id: string,
    readonly wrapped: Buffer,
  ) {}

  /** @throws Error when it was wrapped by another master key, or for another id */
  open(): Buffer {
    return (this.key ??= this.master.unwrap(this.wrapped, this.id));
  }
}

/** A fact is sealed a moment after its blob, under the same key: for so long and so many it is not asked for again. */
const LATELY_MS = 10_000;
const LATELY_MOST = 1000;

/**
 * One key per message, contact and user, wrapped by the master key. Destroying it makes everything sealed under it unreadable,
 * in the log, its backups and every rebuild. A destroyed id never gets a key again.
 */
export class DataKeys {
  private readonly lately = new Map<string, { key: Buffer; until: number }>();
  private readonly ensuring = batched((ids) => this.ensureAll(ids));
  private readonly finding = batched((ids) => this.findAll(ids));

  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
  ) {}

  /**
   * Keys to seal with, made where missing; ids whose key was destroyed are left out. Calls of one moment share a statement. A key that another
   * process destroyed seconds ago may be among them: what is sealed under it is as unreadable as what was before.
   */
  async ensure(ids: readonly string[]): Promise<Map<string, Buffer>> {
    const now = Date.now();
    const keys = new Map<string, Buffer>();
    for (const id of ids) {
      const known = this.lately.get(id);
      if (known && known.until > now) keys.set(id, known.key);
    }
    for (const [id, key] of await this.ensuring(ids.filter((id) => !keys.has(id)))) {
      keys.set(id, key);
      this.lately.set(id, { key, until: now + LATELY_MS });
    }
    for (const id of this.lately.keys()) {
      if (this.lately.size <= LATELY_MOST) break;
      this.lately.delete(id);
    }
    return keys;
  }

  private async ensureAll(wanted: readonly string[]): Promise<Map<string, Buffer>> {
    const fresh = new Map(wanted.map((id) => [id, random(32)]));
    const { rows } = await this.pool.query<{ id: string }>(
      `insert into data_keys (id, wrapped) select * from unnest($1::text[], $2::bytea[]) on conflict (id) do nothing returning id`,
      [wanted, wanted.map((id) => this.master.wrap(fresh.get(id)!, id))],
    );
    const keys = new Map(rows.map(({ id }) => [id, fresh.get(id)!]));
    const others = wanted.filter((id) => !keys.has(id));
    if (others.length > 0) for (const [id, held] of await this.findAll(others)) keys.set(id, held.open());
    return keys;
  }

  /** Keys that there are; an id that never had one, or whose key was destroyed, is left out. Calls of one moment share a statement. */
  async find(ids: readonly string[]): Promise<Map<string, Buffer>> {
    const held = await this.held(ids);
    return new Map([...held].map(([id, key]) => [id, key.open()]));
  }

  /** As `find`, for who may need to know no more than that they are there: unwrapped when they are used. */
  held(ids: readonly string[]): Promise<Map<string, HeldKey>> {
    return this.finding(ids);
  }

  /** Texts under keys that are held, off the main thread; null where one cannot be opened. */
  unsealed(texts: readonly (SealedText & { key: HeldKey })[]): Promise<(string | null)[]> {
    return this.master.unsealInThread(texts);
  }

  private async findAll(ids: readonly string[]): Promise<Map<string, HeldKey>> {
    const { rows } = await this.pool.query<{ id: string; wrapped: Buffer }>({
      name: 'find_data_keys',
      text: 'select id, wrapped from data_keys where id = any($1) and wrapped is not null',
      values: [binaryArray(TEXT_TYPE, ids)],
    });
    return this.heldOf(rows);
  }

  /** For good. Answers how many there were. */
  async destroy(ids: readonly string[]): Promise<number> {
    const wanted = [[...new Set(ids)].sort()];
    for (const id of ids) this.lately.delete(id);
    await this.pool.query(
      'insert into data_keys (id, destroyed_at) select id, now() from unnest($1::text[]) id on conflict do nothing',
      wanted,
    );
    const { rowCount } = await this.pool.query(
      'update data_keys set wrapped = null, destroyed_at = now() where id = any($1) and wrapped is not null',
      wanted,
    );
    for (const id of ids) this.lately.delete(id);
    return rowCount ?? 0;
  }

  private heldOf(rows: { id: string; wrapped: Buffer }[]): Map<string, HeldKey> {
    return new Map(rows.map(({ id, wrapped }) => [id, new HeldKey(this.master, id, wrapped)]));
  }
}
