import type pg from 'pg';
import { binaryArray, TEXT_TYPE } from '../database/binary-array.js';
import { batched } from '../database/batched.js';
import type { MasterKey } from './master-key.js';
import { random } from './sealing.js';
import type { SealedText } from './unsealing.js';

/** A data key that exists; unwrapped at its first use. */
export class HeldKey {
  private key: Buffer | undefined;

  constructor(
    private readonly master: MasterKey,
    readonly id: string,
    readonly wrapped: Buffer,
  ) {}

  /** @throws Error if the key was wrapped by another master key, or for another id */
  open(): Buffer {
    return (this.key ??= this.master.unwrap(this.wrapped, this.id));
  }
}

/** A fact is sealed a moment after its blob, under the same key: recent keys are not looked up again. */
const RECENT_MS = 10_000;
const MOST_RECENT = 1000;

/**
 * One key per message, contact and user, wrapped by the master key. Destroying a key makes all data under it
 * unreadable, in the log, its backups and every rebuild. An id with a destroyed key never gets another.
 */
export class DataKeys {
  private readonly recent = new Map<string, { key: Buffer; until: number }>();
  private readonly ensuring = batched((ids) => this.ensureAll(ids));
  private readonly finding = batched((ids) => this.findAll(ids));

  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
  ) {}

  /**
   * Returns keys to seal with and makes missing ones; an id with a destroyed key has no entry. Calls of one turn of the
   * event loop share a statement. The answer may contain a key that another process destroyed seconds ago: data sealed
   * under it stays unreadable.
   */
  async ensure(ids: readonly string[]): Promise<Map<string, Buffer>> {
    const now = performance.now();
    const keys = new Map<string, Buffer>();
    for (const id of ids) {
      const known = this.recent.get(id);
      if (known && known.until > now) keys.set(id, known.key);
    }
    for (const [id, key] of await this.ensuring(ids.filter((id) => !keys.has(id)))) {
      keys.set(id, key);
      this.recent.set(id, { key, until: now + RECENT_MS });
    }
    for (const id of this.recent.keys()) {
      if (this.recent.size <= MOST_RECENT) break;
      this.recent.delete(id);
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

  /**
   * Returns existing keys; an id without a key, or with a destroyed key, has no entry. Calls of one turn of the event
   * loop share a statement.
   */
  async find(ids: readonly string[]): Promise<Map<string, Buffer>> {
    const held = await this.held(ids);
    return new Map([...held].map(([id, key]) => [id, key.open()]));
  }

  /** Like `find`, but each key is unwrapped at its first use. */
  held(ids: readonly string[]): Promise<Map<string, HeldKey>> {
    return this.finding(ids);
  }

  /** Those of the ids with a destroyed key. */
  async destroyed(ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'destroyed_data_keys',
      text: 'select id from data_keys where id = any($1) and wrapped is null',
      values: [binaryArray(TEXT_TYPE, ids)],
    });
    return new Set(rows.map(({ id }) => id));
  }

  /** True if there is or was any key. */
  async exist(): Promise<boolean> {
    return (await this.pool.query('select 1 from data_keys limit 1')).rowCount === 1;
  }

  /** Opens texts off the main thread. A text that does not open is null. */
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

  /** Destroys keys for ever; ids without a key never get one. @returns the number of keys that existed */
  async destroy(ids: readonly string[]): Promise<number> {
    const wanted = [[...new Set(ids)].sort()];
    for (const id of ids) this.recent.delete(id);
    await this.pool.query(
      'insert into data_keys (id, destroyed_at) select id, now() from unnest($1::text[]) id on conflict do nothing',
      wanted,
    );
    const { rowCount } = await this.pool.query(
      'update data_keys set wrapped = null, destroyed_at = now() where id = any($1) and wrapped is not null',
      wanted,
    );
    for (const id of ids) this.recent.delete(id);
    return rowCount ?? 0;
  }

  private heldOf(rows: { id: string; wrapped: Buffer }[]): Map<string, HeldKey> {
    return new Map(rows.map(({ id, wrapped }) => [id, new HeldKey(this.master, id, wrapped)]));
  }
}
