import { Inject, Injectable } from '@nestjs/common';
import { DraftCopies } from '../messages/draft-copies.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { conflictElsewhere, lose } from './draft.decider.js';
import { type DraftEvent, draftStream } from './draft.events.js';
import { type Draft, draft } from './draft.fold.js';
import { DraftEnds } from './draft-ends.js';
import { DraftRows, sendingLock } from './draft-rows.js';

/** Drafts of which another program has removed the copy, or replaced it by its own version. */
@Injectable()
export class LeftDrafts {
  constructor(
    private readonly decide: Decide,
    private readonly copies: DraftCopies,
    private readonly rows: DraftRows,
    private readonly ends: DraftEnds,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'locks'>,
  ) {}

  /** A draft goes with its copy, unless it was saved here since: then it stays, and is stored again. */
  async settle(accountId: string, origin: Origin): Promise<void> {
    for (const { id, draftId, revision } of await this.copies.leftOf(accountId)) {
      // Keeps saves out between the comparison and the end. Without the lock, the next run tries again.
      const lock = await this.platform.locks.tryAcquire(sendingLock(draftId));
      if (!lock) continue;
      try {
        const stored = await this.rows.find(draftId);
        if (stored && stored.revision > revision) {
          await this.conflict(draftId, origin);
          await this.rows.notCopied(draftId);
        } else await this.ends.end(draftId, origin, (state) => lose(state, 'deleted-elsewhere'));
        await this.copies.remove([id]);
        if (!stored || stored.revision <= revision) await this.ends.clear(draftId);
      } finally {
        await lock.release();
      }
    }
  }

  async conflict(draftId: string, origin: Origin): Promise<void> {
    await this.decide.on<Draft, DraftEvent>(draftStream(draftId), draft, origin, conflictElsewhere);
  }
}
