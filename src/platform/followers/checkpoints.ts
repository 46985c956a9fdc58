import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Position } from '../log/event-store.js';
import { START } from '../log/event-store.js';

export const CHECKPOINTS_SCHEMA = `
create table if not exists checkpoints (
  name text collate "C" primary key,
  log uuid not null,
  position text collate "C" not null,
  at_head timestamptz,
  failure jsonb
)`;

/** $1 name, $2 from, $3 to, $4 whether there was nothing further to read. Touches no row when another has moved it. */
export const MOVE_CHECKPOINT = `update checkpoints
  set position = $3, at_head = case when $4 then now() else at_head end where name = $1 and position = $2`;

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

interface Waiter {
  /** followers that are not there yet */
  missing: Set<string>;
  position: Position;
  done: (reached: boolean) => void;
}

/** How long a command waits at most after another process has written what it waits for. */
const LOOK_MS = 10;

export class CheckpointProblem extends Error {}

/** How far each follower has come. What followers of this process reached is known at once, of others by asking. */
export class Checkpoints {
  private readonly reachedHere = new Map<string, Position>();
  private readonly waiters = new Set<Waiter>();
  private readonly resting = new Map<string, AbortController>();
  private looking: Promise<void> | undefined;

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
      text: MOVE_CHECKPOINT,
      values: [name, from, to, atHead],
    });
    return rowCount === 1;
  }

  /**
   * Several of them, each from where it stands; answers the names of those that were moved, the others have been moved by another. Not
   * awaited on disk: only for what may be forgotten.
   */
  async moveAll(
    moves: readonly { name: string; from: Position; to: Position; atHead: boolean }[],
  ): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ name: string }>({
      name: 'move_checkpoints',
      text: `with moved as (
               update checkpoints c set position = v.position, at_head = case when v.at_head then now() else c.at_head end
               from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) v (name, stood, position, at_head)
               where c.name = v.name and c.position = v.stood returning c.name
             ) select name, set_config('synchronous_commit', 'off', true) from moved`,
      values: [
        moves.map(({ name }) => name),
        moves.map(({ from }) => from),
        moves.map(({ to }) => to),
        moves.map(({ atHead }) => atHead),
      ],
    });
    return new Set(rows.map(({ name }) => name));
  }

  /** The stored position, which nobody moves until the transaction ends. */
  async hold(client: Pick<pg.ClientBase, 'query'>, name: string): Promise<Position> {
    const { rows } = await client.query<{ position: Position }>(
      'select position from checkpoints where name = $1 for update',
      [name],
    );
    return rows[0]!.position;
  }

  async fail(name: string, failure: FollowerFailure): Promise<void> {
    await this.pool.query('update checkpoints set failure = $2 where name = $1', [name, failure]);
  }

  reached(name: string, position: Position): void {
    this.reachedHere.set(name, position);
    this.tell(name, position);
  }

  /** A follower that stopped here says so, since another process may take over. */
  left(name: string): void {
    this.reachedHere.delete(name);
    if (this.waiters.size > 0) this.looking ??= this.lookElsewhere();
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
    const stored = await this.stored(names);
    return names
      .map((name, index) => {
        const [a, b] = [here[index] ?? START, stored.get(name) ?? START];
        return a > b ? a : b;
      })
      .reduce((low, position) => (position < low ? position : low));
  }

  /** True once all of these followers have reached `position`, false after `ms`. */
  async waitFor(names: readonly string[], position: Position, ms: number): Promise<boolean> {
    const missing = new Set(names.filter((name) => !this.isHere(name, position)));
    if (missing.size === 0) return true;
    if (this.elsewhere(missing).length > 0) {
      const stored = await this.stored([...missing]);
      for (const name of missing)
        if (this.isHere(name, position) || (stored.get(name) ?? START) >= position) missing.delete(name);
      if (missing.size === 0) return true;
    }
    return new Promise((resolve) => {
      const done = (reached: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve(reached);
      };
      const timer = setTimeout(done, ms, false);
      const waiter = { missing, position, done };
      this.waiters.add(waiter);
      for (const name of missing) this.resting.get(name)?.abort();
      this.looking ??= this.lookElsewhere();
    });
  }

  /** After `ms`, or as soon as somebody waits for this follower. @throws when aborted */
  async whenAwaited(name: string, ms: number, signal: AbortSignal): Promise<void> {
    if ([...this.waiters].some(({ missing }) => missing.has(name))) return;
    const awaited = new AbortController();
    this.resting.set(name, awaited);
    try {
      await pause(ms, undefined, { signal: AbortSignal.any([signal, awaited.signal]) });
    } catch (error) {
      if (!awaited.signal.aborted) throw error;
    } finally {
      this.resting.delete(name);
    }
  }

  private isHere(name: string, position: Position): boolean {
    return (this.reachedHere.get(name) ?? START) >= position;
  }

  private elsewhere(names: Iterable<string>): string[] {
    return [...names].filter((name) => !this.reachedHere.has(name));
  }

  private tell(name: string, position: Position): void {
    for (const waiter of this.waiters)
      if (waiter.position <= position && waiter.missing.delete(name) && waiter.missing.size === 0) waiter.done(true);
  }

  /** One look for all who wait, over and over as long as somebody waits for a follower that runs elsewhere. */
  private async lookElsewhere(): Promise<void> {
    for (;;) {
      const names = new Set([...this.waiters].flatMap(({ missing }) => this.elsewhere(missing)));
      if (names.size === 0) break;
      await pause(LOOK_MS);
      const stored = await this.stored([...names]).catch(() => new Map<string, Position>());
      for (const [name, position] of stored) this.tell(name, position);
    }
    this.looking = undefined;
  }

  private async stored(names: readonly string[]): Promise<Map<string, Position>> {
    const { rows } = await this.pool.query<{ name: string; position: Position }>({
      name: 'checkpoint_positions',
      text: 'select name, position from checkpoints where name = any($1)',
      values: [names],
    });
    return new Map(rows.map((row) => [row.name, row.position]));
  }
}
