import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from '../platform/database/database.js';
import { Locks } from '../platform/database/locks.js';
import { Refused } from '../platform/domain.js';
import { Checkpoints } from '../platform/followers/checkpoints.js';
import { FOLLOWERS } from '../platform/http/health.js';
import type { Position } from '../platform/log/event-store.js';
import { FactLog } from '../platform/log/fact-log.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { dropOlderVersions } from '../platform/read-models/older-versions.js';
import { withoutRebuilds } from '../platform/read-models/rebuild.js';
import { traces } from './traces.js';

const WAIT_MS = 5000;

/** Waits until followers have passed facts. A long wait is a refusal of kind `unavailable`: the saga tries again. */
@Injectable()
export class PassedFollowers {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
    readonly database: DataSource,
    readonly locks: Locks,
    @Inject(FOLLOWERS) private readonly names: ReadonlySet<string>,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'projections'>,
  ) {}

  /** `traces` contains all records so far. @throws Refused */
  async tracesAtHead(): Promise<void> {
    await this.passed([traces.id], await this.log.store.head());
  }

  /**
   * Every follower except `saga` has handled the facts up to a position, and neither a rebuild nor an older version of
   * a read model holds earlier rows.
   * @throws Refused
   */
  async allAt(position: Position, saga: string): Promise<void> {
    const names = [...this.names].filter((name) => name !== saga);
    await this.passed(names, position);
    const ids = names.map((id) => ({ id }));
    if (!(await withoutRebuilds(poolOf(this.database), this.locks, ids)))
      throw new Refused('waits-for-a-rebuild', 'unavailable', 'an erasure waits for the end of a rebuild');
    if (!(await dropOlderVersions(this, this.platform.projections)))
      throw new Refused('waits-for-an-upgrade', 'unavailable', 'an erasure waits for the end of an older release');
  }

  private async passed(names: readonly string[], position: Position): Promise<void> {
    if (await this.checkpoints.waitFor(names, position, WAIT_MS)) return;
    throw new Refused('waits-for-followers', 'unavailable', `an erasure waits for followers at ${position}`);
  }
}
