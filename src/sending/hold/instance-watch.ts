import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { poolOf } from '../../platform/database/database.js';
import { BEAT_MS, Instance } from '../../platform/instance/instance.js';
import { bySystem } from '../../platform/commands/decide.js';
import { type Position, START } from '../../platform/log/event-store.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { holdOutbox } from './hold.decider.js';
import { outboxStream } from './hold.events.js';
import { hold } from './hold.fold.js';

/**
 * Notices a copied or restored data folder or database, and holds the mail that was queued before. Every process
 * watches its own data folder, before it sends and all the time.
 */
@Injectable()
export class InstanceWatch implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly instance: Instance;
  private beating: Promise<void> | undefined;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    this.instance = new Instance(platform.config.dataDir, poolOf(platform.database));
  }

  /** Resolves when a hold, if there must be one, is on record. @throws Error if the database does not answer */
  async begin(): Promise<void> {
    await this.look();
    this.beating = this.beat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.beating;
  }

  /** Mail queued up to this position may have left already; null: no gap is known. */
  unseen(): Promise<Position | null> {
    return this.instance.unseen();
  }

  private async beat(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await pause(BEAT_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.look().catch((error: unknown) =>
        this.platform.logger.warn({ err: error }, 'the data folder could not be watched for copies'),
      );
    }
  }

  private async look(): Promise<void> {
    const head = await this.platform.store.head();
    const [why, wasSilent] = [await this.instance.displacement(), await this.instance.wasSilent()];
    if (head > START && (why !== null || wasSilent)) await this.instance.markUnseen(head);
    if (why !== null) {
      if (head > START) {
        const origin = bySystem('instance-watch', outboxStream);
        await this.platform.decide.on(outboxStream, hold, origin, () => holdOutbox(why));
        this.platform.logger.error(
          { why },
          'the data folder or the database was copied or restored: mail that was queued before is held. An administrator releases it (DELETE /api/outbox/hold).',
        );
      }
      // After the fact: a crash in between finds the same again.
      await this.instance.join();
    }
    await this.instance.beat();
  }
}
