import type { Checkpoints } from './checkpoints.js';
import type { Position } from '../log/event-store.js';

/** How long a checkpoint that moved past facts of no concern may stay unwritten. */
const MOVE_MS = 200;
/** How long that a follower has seen the head again may stay unwritten, when it moved nowhere. */
const SEEN_MS = 1000;

interface Standing {
  stored: Position;
  /** where it goes next */
  wish?: { to: Position; atHead: boolean } | undefined;
  /** part of the statement that is under way */
  inHand: boolean;
  failed?: { error: unknown };
  overtaken: boolean;
}

/**
 * Checkpoints that move past facts from which nothing follows: those of all followers of this process together, in one
 * statement a few times a second. What a crash takes of them is looked at again, and again nothing follows.
 */
export class CheckpointBatching {
  private readonly followers = new Map<string, Standing>();
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private due = 0;
  private wrote = 0;

  constructor(private readonly checkpoints: Checkpoints) {}

  /** The checkpoint of a follower as it stands in the table. */
  standsAt(name: string, stored: Position): void {
    this.followers.set(name, { stored, inHand: false, overtaken: false });
  }

  /** Moves it soon. False when another process has moved it. @throws what writing it failed with */
  pass(name: string, to: Position, atHead: boolean): boolean {
    const standing = this.standing(name);
    if (standing.overtaken) return false;
    standing.wish = { to, atHead: atHead || standing.wish?.atHead === true };
    this.writeSoon(to === standing.stored ? SEEN_MS : MOVE_MS);
    return true;
  }

  /**
   * Where it stands in the table, for who moves it himself: until he says where it stands then, nothing here does. `undefined`
   * when another process has moved it. @throws what writing it failed with
   */
  async settled(name: string): Promise<Position | undefined> {
    const standing = this.standing(name);
    standing.wish = undefined;
    if (standing.inHand) await this.writing;
    const { overtaken, stored } = this.standing(name);
    return overtaken ? undefined : stored;
  }

  /** Nothing of it is written any more. */
  async left(name: string): Promise<void> {
    const standing = this.followers.get(name);
    this.followers.delete(name);
    if (standing?.inHand) await this.writing;
  }

  private standing(name: string): Standing {
    const standing = this.followers.get(name);
    if (!standing) throw new Error(`nobody follows as ${name}`);
    if (standing.failed) throw standing.failed.error;
    return standing;
  }

  /** Even when it is due at once: what others pass in the same turn goes along. */
  private writeSoon(afterTheLastMs: number): void {
    const due = this.wrote + afterTheLastMs;
    if (this.writing || (this.timer && this.due <= due)) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.writing = this.write().finally(() => {
          this.writing = undefined;
          if ([...this.followers.values()].some(({ wish }) => wish)) this.writeSoon(MOVE_MS);
        });
      },
      Math.max(0, due - Date.now()),
    ).unref();
  }

  private async write(): Promise<void> {
    const moving = [...this.followers].flatMap(([name, standing]) => {
      const { wish, stored: from } = standing;
      standing.wish = undefined;
      standing.inHand = wish !== undefined;
      return wish ? [{ name, standing, from, ...wish }] : [];
    });
    if (moving.length === 0) return;
    this.wrote = Date.now();
    try {
      const moved = await this.checkpoints.moveAll(moving);
      for (const { name, standing, to } of moving) {
        if (moved.has(name)) standing.stored = to;
        else standing.overtaken = true;
      }
    } catch (error) {
      for (const { standing } of moving) standing.failed = { error };
    } finally {
      for (const { standing } of moving) standing.inHand = false;
    }
  }
}
