import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type pg from 'pg';
import { DestroyMessages, MOST_DESTROYED } from '../../messages/destroy-messages.js';
import { messageKey, type WhyDestroyed } from '../../messages/message.events.js';
import { bySystem } from '../../platform/commands/decide.js';
import { poolOf } from '../../platform/database/database.js';
import type { Position } from '../../platform/log/event-store.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { trash, trashTable } from './trash.js';
import { TrashClock } from './trash-clock.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Time of a message in the trash. */
const KEPT_MS = 30 * DAY_MS;
const LOOK_EVERY_MS = 60 * 60 * 1000;
const LOOKUP_WAIT_MS = 5000;
/** Pause after each batch, as a multiple of the time that the batch took. */
const REST = 1;
const LONGEST_REST_MS = 5000;

interface DueRow {
  messageId: string;
  accountId: string;
  position: Position;
}

/**
 * Destroys messages after thirty days in the trash, also those of removed accounts, and completes destructions that a
 * crash interrupted. One process at a time does this.
 */
@Injectable()
export class TrashWorker implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly pool: pg.Pool;
  private readonly clock: TrashClock;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly commands: CommandBus,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {
    this.pool = poolOf(platform.database);
    this.clock = new TrashClock(this.pool);
  }

  start(): void {
    if (this.platform.config.roles.has('mail')) this.looking ??= this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.empty();
      } catch (error) {
        if (!signal.aborted) this.platform.logger.warn({ err: error }, 'the trash is emptied later');
      }
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /**
   * Destroys all messages that are due. A message that a person restores at this very moment may be destroyed too.
   * @param now default: the time of the database
   * @returns number of destroyed messages
   */
  async empty(now?: Date): Promise<number> {
    const lock = await this.platform.locks.tryAcquire('emptying of the trash');
    if (!lock) return 0;
    const signal = AbortSignal.any([lock.lost, this.stopping.signal]);
    try {
      await this.clock.tick(await this.platform.store.head(), now);
      const completed = await this.destroyAll('for-good', (after) => this.interrupted(after), signal);
      const before = await this.clock.before(KEPT_MS);
      const due = (after: DueRow | undefined): Promise<DueRow[]> => this.expired(before!, after);
      const expired = before === undefined ? 0 : await this.destroyAll('trash-expired', due, signal);
      if (completed + expired > 0)
        this.platform.logger.info({ completed, expired }, 'messages in the trash were destroyed');
      return completed + expired;
    } finally {
      await lock.release();
    }
  }

  /** In batches, each read from the lookup as it is at the head of the log. */
  private async destroyAll(
    why: WhyDestroyed,
    next: (after: DueRow | undefined) => Promise<DueRow[]>,
    signal: AbortSignal,
  ): Promise<number> {
    let destroyed = 0;
    for (let after: DueRow | undefined; !signal.aborted;) {
      const began = performance.now();
      if (!(await this.lookupAtHead())) break;
      const rows = await next(after);
      after = rows.at(-1);
      if (after === undefined) break;
      for (const [accountId, ids] of byAccount(rows)) {
        const done = await this.commands.execute(
          new DestroyMessages(accountId, ids, why, bySystem('trash-worker', accountId)),
        );
        destroyed += done.destroyed;
      }
      const rest = Math.min((performance.now() - began) * REST, LONGEST_REST_MS);
      await pause(rest, undefined, { signal, ref: false }).catch(() => undefined);
    }
    return destroyed;
  }

  private async lookupAtHead(): Promise<boolean> {
    const { checkpoints, store } = this.platform;
    return checkpoints.waitFor([trash.id], await store.head(), LOOKUP_WAIT_MS);
  }

  private async expired(before: Position, after: DueRow | undefined): Promise<DueRow[]> {
    const { rows } = await this.pool.query<DueRow>(
      `select "messageId", "accountId", position from ${trashTable.name}
       where position <= $1 and (position, "messageId") > ($2, $3) order by position, "messageId" limit $4`,
      [before, after?.position ?? '', after?.messageId ?? '', MOST_DESTROYED],
    );
    return rows;
  }

  /** Messages without a data key that are still on record: their destruction was interrupted. */
  private async interrupted(after: DueRow | undefined): Promise<DueRow[]> {
    const { rows } = await this.pool.query<DueRow>(
      `select "messageId", "accountId", position from ${trashTable.name}
       join data_keys on data_keys.id = $1 || "messageId" and wrapped is null
         and destroyed_at < now() - interval '10 minutes'
       where (position, "messageId") > ($2, $3) order by position, "messageId" limit $4`,
      [messageKey(''), after?.position ?? '', after?.messageId ?? '', MOST_DESTROYED],
    );
    return rows;
  }
}

function byAccount(rows: readonly DueRow[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { accountId, messageId } of rows) found.set(accountId, [...(found.get(accountId) ?? []), messageId]);
  return found;
}
