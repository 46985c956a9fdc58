import type pg from 'pg';
import type { MasterKey } from './master-key.js';

export const VAULT_SCHEMA = `
create table if not exists vault (
  name text collate "C" not null,
  version integer not null,
  sealed bytea not null,
  primary key (name, version)
)`;

/** Secrets, encrypted at rest and bound to name and version. Facts hold the version only. */
export class Vault {
  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
  ) {}

  /** Keeps a secret as the next version of its name and answers that version. */
  async keep(name: string, secret: string): Promise<number> {
    for (;;) {
      const { rows } = await this.pool.query<{ next: number }>(
        'select coalesce(max(version), 0) + 1 as next from vault where name = $1',
        [name],
      );
      const version = rows[0]!.next;
      const { rowCount } = await this.pool.query('insert into vault values ($1, $2, $3) on conflict do nothing', [
        name,
        version,
        this.master.wrap(Buffer.from(secret), `${name}#${version}`),
      ]);
      if (rowCount === 1) return version;
    }
  }

  /** The secret of that version, or null when it was erased. */
  async reveal(name: string, version: number): Promise<string | null> {
    const { rows } = await this.pool.query<{ sealed: Buffer }>('select sealed from vault where name = $1 and version = $2', [
      name,
      version,
    ]);
    return rows[0] ? this.master.unwrap(rows[0].sealed, `${name}#${version}`).toString() : null;
  }

  /** One version, for good: of a change that came to nothing. */
  async erase(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version = $2', [name, version]);
  }

  /** What a newer version has replaced, for good. */
  async eraseBefore(name: string, version: number): Promise<void> {
    await this.pool.query('delete from vault where name = $1 and version < $2', [name, version]);
  }

  async eraseAll(name: string): Promise<void> {
    await this.pool.query('delete from vault where name = $1', [name]);
  }
}
