import type { Position } from '../log/event-store.js';
import type { Advance } from './checkpoint-table.js';

/** Period of writes of checkpoints that passed facts of other types. */
const ADVANCE_MS = 200;
/** Period of writes for followers at the head that advanced nowhere. */
const SEEN_MS = 1000;

interface Standing {
  stored: Position;
  /** next position to write */
  wish?: { to: Position; atHead: boolean } | undefined;
  /** in the statement that is in flight */
  inFlight: boolean;
  failed?: { error: unknown };
  overtaken: boolean;
}

/**
 * Checkpoint advances past facts without effect: those of all followers of this process in one statement, a few times
 * a second. A crash loses some of them; the facts are read again, and again without effect.
 */
export class CheckpointBatching {
  private readonly followers = new Map<string, Standing>();
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** in `performance.now()`: the system clock may be corrected */
  private due = 0;
  private written = -Infinity;

  /** @param moveAll writes advances and returns the names of the advanced checkpoints */
  constructor(private readonly moveAll: (advances: readonly Advance[]) => Promise<ReadonlySet<string>>) {}

  /** The table holds this position for a follower. */
  standsAt(name: string, stored: Position): void {
    this.followers.set(name, { stored, inFlight: false, overtaken: false });
  }

  /** Advances soon. False if another process has advanced the checkpoint. @throws the failure of an earlier write */
  pass(name: string, to: Position, atHead: boolean): boolean {
    const standing = this.standing(name);
    if (standing.overtaken) return false;
    standing.wish = { to, atHead: atHead || standing.wish?.atHead === true };
    this.writeSoon(to === standing.stored ? SEEN_MS : ADVANCE_MS);
    return true;
  }

  /**
   * Stored position, with no write in flight or planned until the next `standsAt`. Undefined if another process has
   * advanced the checkpoint. @throws the failure of an earlier write
   */
  async settled(name: string): Promise<Position | undefined> {
    const standing = this.standing(name);
    standing.wish = undefined;
    if (standing.inFlight) await this.writing;
    const { overtaken, stored } = this.standing(name);
    return overtaken ? undefined : stored;
  }

  /** Forgets a follower; resolves once no write of it is in flight. */
  async left(name: string): Promise<void> {
    const standing = this.followers.get(name);
    this.followers.delete(name);
    if (standing?.inFlight) await this.writing;
  }

  private standing(name: string): Standing {
    const standing = this.followers.get(name);
    if (!standing) throw new Error(`no follower ${name} runs here`);
    if (standing.failed) throw standing.failed.error;
    return standing;
  }

  /** By a timer even when due at once: advances of the same turn of the event loop share the statement. */
  private writeSoon(afterLastMs: number): void {
    const due = this.written + afterLastMs;
    if (this.writing || (this.timer && this.due <= due)) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.writing = this.write().finally(() => {
          this.writing = undefined;
          if ([...this.followers.values()].some(({ wish }) => wish)) this.writeSoon(ADVANCE_MS);
        });
      },
      Math.max(0, due - performance.now()),
    ).unref();
  }

  private async write(): Promise<void> {
    const moving = [...this.followers].flatMap(([name, standing]) => {
      const { wish, stored: from } = standing;
      standing.wish = undefined;
      standing.inFlight = wish !== undefined;
      return wish ? [{ name, standing, from, ...wish }] : [];
    });
    if (moving.length === 0) return;
    this.written = performance.now();
    try {
      const moved = await this.moveAll(moving);
      for (const { name, standing, to } of moving) {
        if (moved.has(name)) standing.stored = to;
        else standing.overtaken = true;
      }
    } catch (error) {
      for (const { standing } of moving) standing.failed = { error };
    } finally {
      for (const { standing } of moving) standing.inFlight = false;
    }
  }
}
