import type pg from 'pg';
import { inTransaction } from './database.js';
import { Refused } from './domain.js';
import type { MasterKey } from './master-key.js';

export const VAULT_SCHEMA = `
create table if not exists vault (
  name text collate "C" not null,
  version integer not null,
  sealed bytea not null,
  primary key (name, version)
);
create table if not exists vault_closed (owner text collate "C" primary key)`;

const ownerOf = (name: string): string => name.slice(0, name.lastIndexOf('/'));

/** Of an owner, one at a time: a new version, or the end of them all. */
const LOCK = `hashtextextended('vault ' || $1, 7041957)`;

/** Secrets, encrypted at rest and bound to name and version, their names `<owner>/<what>`. Facts hold the version only. */
export class Vault {
  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
  ) {}

  /** Keeps a secret as the next version of its name and answers that version. @throws Refused 409 once its owner is closed */
  async keep(name: string, secret: string): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      const owner = ownerOf(name);
      await client.query(`select pg_advisory_xact_lock(${LOCK})`, [owner]);
      const { rows } = await client.query<{ next: number; closed: boolean }>(
        `select coalesce(max(version), 0) + 1 as next, exists (select from vault_closed where owner = $2) as closed
         from vault where name = $1`,
        [name, owner],
      );
      const { next, closed } = rows[0]!;
      if (closed) throw new Refused('secrets-closed', 'conflict', 'what this secret was to be kept for is gone');
      const sealed = this.master.wrap(Buffer.from(secret), `${name}#${next}`);
      await client.query('insert into vault values ($1, $2, $3)', [name, next, sealed]);
      return next;
    });
  }

  /** The secret of that version, or null when it was erased. */
  async reveal(name: string, version: number): Promise<string | null> {
    const { rows } = await this.pool.query<{ sealed: Buffer }>('select sealed from vault where name = $1 and version = $2', [
      name,
      version,
    ]);
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

  /** One version, for good: of a change that came to nothing. */
  async erase(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version = $2', [name, version]);
  }

  /** What a newer version has replaced, for good. */
  async eraseBefore(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version < $2', [name, version]);
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
