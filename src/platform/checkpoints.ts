import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Position } from './event-store.js';
import { START } from './event-store.js';

export const CHECKPOINTS_SCHEMA = `
create table if not exists checkpoints (
  name text collate "C" primary key,
  log uuid not null,
  position text collate "C" not null,
  at_head timestamptz,
  failure jsonb
)`;

export interface FollowerFailure {
  factId: string | null;
  position: Position;
  message: string;
}

export interface CheckpointRow {
  name: string;
  position: Position;
  /** when it last had nothing further to read */
  atHead: Date | null;
  failure: FollowerFailure | null;
}

export class CheckpointProblem extends Error {}

/** How far each follower has come. What followers of this process reached is known at once, of others by asking. */
export class Checkpoints {
  private readonly reachedHere = new Map<string, Position>();
  private readonly waiters = new Set<() => void>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly logId: string,
  ) {}

  /** @throws CheckpointProblem when a checkpoint is of another log, or past this one's end (a restored backup) */
  async verify(head: Position): Promise<void> {
    const { rows } = await this.pool.query<{ name: string; log: string; position: string }>(
      'select name, log, position from checkpoints where log <> $1 or position > $2 limit 1',
      [this.logId, head],
    );
    const [bad] = rows;
    if (!bad) return;
    throw new CheckpointProblem(
      bad.log === this.logId
        ? `read model ${bad.name} has read past the end of the log (a restored backup?): rebuild it with npm run projections:rebuild`
        : `read model ${bad.name} was built from another log: this database belongs to a different EVENTSTORE_URL`,
    );
  }

  /** Position of a follower, its row made when there is none. */
  async begin(name: string): Promise<Position> {
    await this.pool.query('insert into checkpoints (name, log, position) values ($1, $2, $3) on conflict do nothing', [
      name,
      this.logId,
      START,
    ]);
    const { rows } = await this.pool.query<{ position: Position }>(
      'update checkpoints set failure = null where name = $1 returning position',
      [name],
    );
    return rows[0]!.position;
  }

  /** Inside the transaction that wrote the rows. Answers false, and the caller must roll back, when another has moved it. */
  async move(
    client: Pick<pg.ClientBase, 'query'>,
    name: string,
    from: Position,
    to: Position,
    atHead: boolean,
  ): Promise<boolean> {
    const { rowCount } = await client.query({
      name: 'move_checkpoint',
      text: 'update checkpoints set position = $3, at_head = case when $4 then now() else at_head end where name = $1 and position = $2',
      values: [name, from, to, atHead],
    });
    return rowCount === 1;
  }

  /** The stored position, which nobody moves until the transaction ends. */
  async hold(client: Pick<pg.ClientBase, 'query'>, name: string): Promise<Position> {
    const { rows } = await client.query<{ position: Position }>('select position from checkpoints where name = $1 for update', [
      name,
    ]);
    return rows[0]!.position;
  }

  async fail(name: string, failure: FollowerFailure): Promise<void> {
    await this.pool.query('update checkpoints set failure = $2 where name = $1', [name, failure]);
  }

  reached(name: string, position: Position): void {
    this.reachedHere.set(name, position);
    for (const wake of this.waiters) wake();
  }

  /** A follower that stopped here says so, since another process may take over. */
  left(name: string): void {
    this.reachedHere.delete(name);
  }

  async list(): Promise<CheckpointRow[]> {
    const { rows } = await this.pool.query<CheckpointRow>(
      'select name, position, at_head as "atHead", failure from checkpoints where log = $1 order by name',
      [this.logId],
    );
    return rows.map((row) => {
      const here = this.reachedHere.get(row.name);
      return here !== undefined && here > row.position ? { ...row, position: here } : row;
    });
  }

  /** The position that all of these followers have reached. */
  async position(names: readonly string[]): Promise<Position> {
    const here = names.map((name) => this.reachedHere.get(name));
    if (here.every((position) => position !== undefined))
      return here.reduce((low, position) => (position < low ? position : low));
    const { rows } = await this.pool.query<{ name: string; position: Position }>(
      'select name, position from checkpoints where name = any($1)',
      [names],
    );
    const stored = new Map(rows.map((row) => [row.name, row.position]));
    return names
      .map((name, index) => {
        const [a, b] = [here[index] ?? START, stored.get(name) ?? START];
        return a > b ? a : b;
      })
      .reduce((low, position) => (position < low ? position : low));
  }

  /** True once all of these followers have reached `position`, false after `ms`. */
  async waitFor(names: readonly string[], position: Position, ms: number): Promise<boolean> {
    const deadline = Date.now() + ms;
    while ((await this.position(names)) < position) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await this.somethingMoved(Math.min(left, 25));
    }
    return true;
  }

  private async somethingMoved(ms: number): Promise<void> {
    let wake: () => void = () => undefined;
    const moved = new Promise<void>((resolve) => (wake = resolve));
    this.waiters.add(wake);
    const timer = new AbortController();
    await Promise.race([moved, pause(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    this.waiters.delete(wake);
  }
}
