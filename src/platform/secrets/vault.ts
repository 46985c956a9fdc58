import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database/database.js';
import { Refused } from '../domain.js';
import type { HeldLock, Locks } from '../database/locks.js';
import type { MasterKey } from './master-key.js';

const ownerOf = (name: string): string => name.slice(0, name.lastIndexOf('/'));

/** One at a time for each owner: storing a version, or closing. */
const LOCK = `hashtextextended('vault ' || $1, 7041957)`;

/**
 * Secrets, encrypted at rest and bound to name and version. A name is `<owner>/<purpose>`. Facts hold the version only,
 * so the secret is stored first and its fact is recorded afterwards. Between the two the secret is unsettled, under a
 * lock that ends with the process. `settleLeft` finds the unsettled secrets of ended processes.
 */
export class Vault {
  /** locks by `name#version` */
  private readonly unsettled = new Map<string, HeldLock>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
    private readonly locks: Pick<Locks, 'tryAcquire'>,
  ) {}

  /**
   * Stores a secret as the next version of its name; a version is never reused. `settle` or `undo` must follow.
   * @returns the version
   * @throws Refused 409 if the owner was closed; 503 while the service stops
   */
  async keep(name: string, secret: string): Promise<number> {
    const id = randomUUID();
    const lock = await this.locks.tryAcquire(`unsettled ${id}`);
    if (!lock)
      throw new Refused(
        'service-stopping',
        'unavailable',
        'The service is stopping, so the secret was not stored. Try again in a minute.',
      );
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
        throw new Refused(
          'secrets-closed',
          'conflict',
          'The owner of this secret was removed, so the secret was not stored.',
        );
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

  /**
   * For a secret with a recorded fact: erases all earlier versions for ever. Other secrets that the fact makes useless
   * must be erased before this call.
   */
  async settle(name: string, version: number): Promise<void> {
    await this.pool.query(
      `with settled as (update vault set unsettled = null where name = $1 and version = $2)
       delete from vault where name = $1 and version < $2`,
      [name, version],
    );
    await this.release(name, version);
  }

  /**
   * For a secret without a recorded fact: erases it for ever if `error` is a refusal. After any other error the fact
   * may be recorded, so the secret is left to `settleLeft`.
   */
  async undo(name: string, version: number, error: unknown): Promise<void> {
    if (error instanceof Refused) await this.erase(name, version);
    await this.release(name, version);
  }

  /**
   * Calls `decide`, which erases or settles, for each unsettled secret of an ended process.
   * @param prefix of the names
   */
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

  /** Returns null for an erased or unknown version. */
  async reveal(name: string, version: number): Promise<string | null> {
    const { rows } = await this.pool.query<{ sealed: Buffer }>(
      'select sealed from vault where name = $1 and version = $2',
      [name, version],
    );
    return rows[0] ? this.master.unwrap(rows[0].sealed, `${name}#${version}`).toString() : null;
  }

  /** Stores a renewed secret under the same version. False: the version was erased, so nothing is stored. */
  async replace(name: string, version: number, secret: string): Promise<boolean> {
    const sealed = this.master.wrap(Buffer.from(secret), `${name}#${version}`);
    const replaced = await this.pool.query('update vault set sealed = $3 where name = $1 and version = $2', [
      name,
      version,
      sealed,
    ]);
    return replaced.rowCount === 1;
  }

  /** Erases one version for ever. */
  async erase(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version = $2', [name, version]);
    await this.release(name, version);
  }

  /** Erases one version for ever, unless another secret replaced `secret`. False: another one did, and it stays. */
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

  /** Erases this version and all earlier ones for ever. */
  async eraseUpTo(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version <= $2', [name, version]);
  }

  /** Erases all secrets of an owner for ever, and refuses later ones, also those of calls in flight. */
  async close(owner: string): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`select pg_advisory_xact_lock(${LOCK})`, [owner]);
      await client.query('insert into vault_closed values ($1) on conflict do nothing', [owner]);
      await client.query('delete from vault where starts_with(name, $1)', [`${owner}/`]);
    });
  }
}
