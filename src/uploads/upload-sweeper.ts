import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { Uploads } from './uploads.js';

const EVERY_MS = 10 * 60 * 1000;

/** Removes files that nobody used, in the background. Several processes may do this side by side. */
@Injectable()
export class UploadSweeper implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly uploads: Uploads,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  start(): void {
    if (this.platform.config.roles.has('mail')) this.sweeping ??= this.sweep();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (!signal.aborted && (await this.uploads.removeExpired())) continue;
      } catch (error) {
        this.platform.logger.warn({ err: error }, 'unused uploads were not removed; the next sweep tries again');
      }
      await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
