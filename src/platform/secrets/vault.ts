import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database/database.js';
import { Refused } from '../domain.js';
import type { HeldLock, Locks } from '../database/locks.js';
import type { MasterKey } from './master-key.js';

export const VAULT_SCHEMA = `
create table if not exists vault (
  name text collate "C" not null,
  version integer not null,
  sealed bytea not null,
  primary key (name, version)
);
alter table vault add column if not exists unsettled text;
create index if not exists vault_unsettled on vault (name) where unsettled is not null;
create table if not exists vault_versions (name text collate "C" primary key, last integer not null);
create table if not exists vault_closed (owner text collate "C" primary key)`;

const ownerOf = (name: string): string => name.slice(0, name.lastIndexOf('/'));

/** Of an owner, one at a time: a new version, or the end of them all. */
const LOCK = `hashtextextended('vault ' || $1, 7041957)`;

/**
 * Secrets, encrypted at rest and bound to name and version, their names `<owner>/<what>`. Facts hold the version only, so a secret is
 * kept first, and then its fact is recorded: until one knows whether it was, the secret is unsettled, under a lock that dies with
 * the process. What a process leaves unsettled at its death, `settleLeft` finds.
 */
export class Vault {
  /** by name and version */
  private readonly unsettled = new Map<string, HeldLock>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
    private readonly locks: Pick<Locks, 'tryAcquire'>,
  ) {}

  /**
   * Keeps a secret as the next version of its name, never one that there was before, and answers that version; `settle` or `undo`
   * follows. @throws Refused 409 once its owner is closed
   */
  async keep(name: string, secret: string): Promise<number> {
    const id = randomUUID();
    const lock = await this.locks.tryAcquire(`unsettled ${id}`);
    if (!lock) throw new Refused('service-stopping', 'unavailable', 'no secret is kept while the service stops');
    try {
      const version = await this.insert(name, secret, id);
      this.unsettled.set(`${name}#${version}`, lock);
      return version;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private insert(name: string, secret: string, unsettled: string): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      const owner = ownerOf(name);
      await client.query(`select pg_advisory_xact_lock(${LOCK})`, [owner]);
      if ((await client.query('select from vault_closed where owner = $1', [owner])).rowCount === 1)
        throw new Refused('secrets-closed', 'conflict', 'what this secret was to be kept for is gone');
      const { rows } = await client.query<{ last: number }>(
        `insert into vault_versions values ($1, (select coalesce(max(version), 0) + 1 from vault where name = $1))
         on conflict (name) do update set last = vault_versions.last + 1 returning last`,
        [name],
      );
      const version = rows[0]!.last;
      const sealed = this.master.wrap(Buffer.from(secret), `${name}#${version}`);
      await client.query('insert into vault values ($1, $2, $3, $4)', [name, version, sealed, unsettled]);
      return version;
    });
  }

  /** Its fact is on record: what it replaces is erased for good. What else the fact makes worthless is erased before. */
  async settle(name: string, version: number): Promise<void> {
    await this.pool.query(
      `with settled as (update vault set unsettled = null where name = $1 and version = $2)
       delete from vault where name = $1 and version < $2`,
      [name, version],
    );
    await this.release(name, version);
  }

  /** Its fact was not recorded, so it is erased for good; by any failure but a refusal that is not certain, and it is left to `settleLeft`. */
  async undo(name: string, version: number, error: unknown): Promise<void> {
    if (error instanceof Refused) await this.erase(name, version);
    await this.release(name, version);
  }

  /** Secrets, their names beginning so, that a process which is gone left unsettled: `decide` erases or settles each. */
  async settleLeft(prefix: string, decide: (name: string, version: number) => Promise<void>): Promise<void> {
    const { rows } = await this.pool.query<{ name: string; version: number; unsettled: string }>(
      'select name, version, unsettled from vault where unsettled is not null and starts_with(name, $1)',
      [prefix],
    );
    for (const { name, version, unsettled } of rows) {
      const lock = await this.locks.tryAcquire(`unsettled ${unsettled}`);
      if (!lock) continue;
      try {
        await decide(name, version);
      } finally {
        await lock.release();
      }
    }
  }

  private async release(name: string, version: number): Promise<void> {
    const key = `${name}#${version}`;
    const lock = this.unsettled.get(key);
    this.unsettled.delete(key);
    await lock?.release();
  }

  /** The secret of that version, or null when it was erased. */
  async reveal(name: string, version: number): Promise<string | null> {
    const { rows } = await this.pool.query<{ sealed: Buffer }>(
      'select sealed from vault where name = $1 and version = $2',
      [name, version],
    );
    return rows[0] ? this.master.unwrap(rows[0].sealed, `${name}#${version}`).toString() : null;
  }

  /** Another secret under the same version: one that renews itself. False once that version was erased: then nothing is kept. */
  async replace(name: string, version: number, secret: string): Promise<boolean> {
    const sealed = this.master.wrap(Buffer.from(secret), `${name}#${version}`);
    const replaced = await this.pool.query('update vault set sealed = $3 where name = $1 and version = $2', [
      name,
      version,
      sealed,
    ]);
    return replaced.rowCount === 1;
  }

  /** One version, for good. */
  async erase(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version = $2', [name, version]);
    await this.release(name, version);
  }

  /** One version, for good, unless it was replaced by another secret than this one. */
  async eraseUnlessReplaced(name: string, version: number, secret: string): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<{ sealed: Buffer }>(
        'select sealed from vault where name = $1 and version = $2 for update',
        [name, version],
      );
      if (rows[0] && this.master.unwrap(rows[0].sealed, `${name}#${version}`).toString() !== secret) return false;
      await client.query('delete from vault where name = $1 and version = $2', [name, version]);
      return true;
    });
  }

  /** This version and those before, for good. */
  async eraseUpTo(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version <= $2', [name, version]);
  }

  /** Every secret of an owner, for good: none of his is kept any more, not even one that is on its way. */
  async close(owner: string): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`select pg_advisory_xact_lock(${LOCK})`, [owner]);
      await client.query('insert into vault_closed values ($1) on conflict do nothing', [owner]);
      await client.query('delete from vault where starts_with(name, $1)', [`${owner}/`]);
    });
  }
}
