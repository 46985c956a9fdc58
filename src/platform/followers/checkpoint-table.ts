import type pg from 'pg';
import type { Position } from '../log/event-store.js';
import { START } from '../log/event-store.js';

/**
 * $1 name, $2 from, $3 to, $4 true at the head of the log. Updates no row if another process has advanced the
 * checkpoint.
 */
export const MOVE_CHECKPOINT = `update checkpoints
  set position = $3, at_head = case when $4 then now() else at_head end where name = $1 and position = $2`;

interface FollowerFailure {
  factId: string | null;
  position: Position;
  message: string;
}

export interface CheckpointRow {
  name: string;
  position: Position;
  /** last time at the head of the log; null until the first */
  atHead: Date | null;
  failure: FollowerFailure | null;
  /** the new tables of the read model hold the facts up to here, and do not answer yet; null: they are complete */
  building: Position | null;
}

export interface Advance {
  name: string;
  from: Position;
  to: Position;
  atHead: boolean;
}

export class CheckpointProblem extends Error {}

type Client = Pick<pg.ClientBase, 'query'>;

/** Checkpoints in PostgreSQL, for all processes. */
export class CheckpointTable {
  constructor(
    private readonly pool: pg.Pool,
    private readonly logId: string,
  ) {}

  /** @throws CheckpointProblem for a checkpoint of another log, or past the end of this log (a restored backup) */
  async verify(head: Position): Promise<void> {
    const { rows } = await this.pool.query<{ name: string; log: string; position: string }>(
      'select name, log, position from checkpoints where log <> $1 or position > $2 limit 1',
      [this.logId, head],
    );
    const [bad] = rows;
    if (!bad) return;
    throw new CheckpointProblem(
      bad.log === this.logId
        ? `read model ${bad.name} has read past the end of the log: the log is older than this database. Run npm run projections:rebuild all.`
        : `read model ${bad.name} was built from another log. Set EVENTSTORE_URL to the log of this database.`,
    );
  }

  /** Position of a follower; clears its failure and inserts a missing row. */
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

  /**
   * In the transaction of the rows. False if another process has advanced the checkpoint: the caller must roll back.
   */
  async move(client: Client, name: string, from: Position, to: Position, atHead: boolean): Promise<boolean> {
    const { rowCount } = await client.query({
      name: 'move_checkpoint',
      text: MOVE_CHECKPOINT,
      values: [name, from, to, atHead],
    });
    return rowCount === 1;
  }

  /**
   * Advances several checkpoints and returns the names of those that were advanced; another process has advanced the
   * others. The commit does not wait for the disk: only for advances past facts without effect, which may be repeated.
   */
  async moveAll(advances: readonly Advance[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ name: string }>({
      name: 'move_checkpoints',
      text: `with moved as (
               update checkpoints c set position = v.position, at_head = case when v.at_head then now() else c.at_head end
               from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) v (name, stood, position, at_head)
               where c.name = v.name and c.position = v.stood returning c.name
             ) select name, set_config('synchronous_commit', 'off', true) from moved`,
      values: [
        advances.map(({ name }) => name),
        advances.map(({ from }) => from),
        advances.map(({ to }) => to),
        advances.map(({ atHead }) => atHead),
      ],
    });
    return new Set(rows.map(({ name }) => name));
  }

  /** Locks the row of a read model, if need be a new one, until the transaction ends. */
  async lock(client: Client, name: string): Promise<void> {
    await client.query('insert into checkpoints (name, log, position) values ($1, $2, $3) on conflict do nothing', [
      name,
      this.logId,
      START,
    ]);
    await client.query('select from checkpoints where name = $1 for update', [name]);
  }

  /** New tables are being built. Until they are complete, the older tables that answer instead stand at `position`. */
  async beginBuilding(client: Client, name: string, position: Position): Promise<void> {
    await client.query(
      `update checkpoints set position = $2, building = $3, at_head = null where name = $1 and building is null`,
      [name, position, START],
    );
  }

  /** Shows progress until `endBuilding`. */
  async showBuilding(name: string, position: Position): Promise<void> {
    await this.pool.query('update checkpoints set building = $2 where name = $1 and building is not null', [
      name,
      position,
    ]);
  }

  async endBuilding(client: Client, name: string): Promise<void> {
    await client.query('update checkpoints set building = null where name = $1', [name]);
  }

  /** Locks the row until the transaction ends, and returns the stored position. */
  async hold(client: Client, name: string): Promise<Position> {
    const { rows } = await client.query<{ position: Position }>(
      'select position from checkpoints where name = $1 for update',
      [name],
    );
    return rows[0]!.position;
  }

  /** Moves checkpoints past the end of the log back to it (a restored backup); answers the names of their followers. */
  async rewind(head: Position): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      'update checkpoints set position = $1, at_head = null where log = $2 and position > $1 returning name',
      [head, this.logId],
    );
    return rows.map(({ name }) => name);
  }

  async fail(name: string, failure: FollowerFailure): Promise<void> {
    await this.pool.query('update checkpoints set failure = $2 where name = $1', [name, failure]);
  }

  /** Ordered by name. */
  async list(): Promise<CheckpointRow[]> {
    const { rows } = await this.pool.query<CheckpointRow>(
      'select name, position, at_head as "atHead", failure, building from checkpoints where log = $1 order by name',
      [this.logId],
    );
    return rows;
  }

  protected async stored(names: readonly string[]): Promise<Map<string, Position>> {
    const { rows } = await this.pool.query<{ name: string; position: Position }>({
      name: 'checkpoint_positions',
      text: 'select name, position from checkpoints where name = any($1)',
      values: [names],
    });
    return new Map(rows.map((row) => [row.name, row.position]));
  }
}
