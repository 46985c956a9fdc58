import { Injectable } from '@nestjs/common';
import { Decide, type Decided, type Origin } from '../platform/commands/decide.js';
import { type Position, START } from '../platform/log/event-store.js';
import { reached } from '../platform/steps.js';
import { lose } from './draft.decider.js';
import { type DraftEvent, draftStream, type WhyGone } from './draft.events.js';
import { type Draft, draft } from './draft.fold.js';
import { DraftRows } from './draft-rows.js';

/** Ends drafts: the fact first, then key, content and files. A saga completes an end that a kill interrupted. */
@Injectable()
export class DraftEnds {
  constructor(
    private readonly decide: Decide,
    private readonly rows: DraftRows,
  ) {}

  async end(draftId: string, origin: Origin, rule: (state: Draft) => DraftEvent[]): Promise<Decided<Draft>> {
    const decided = await this.decide.on<Draft, DraftEvent>(draftStream(draftId), draft, origin, rule);
    reached('draft.end-recorded');
    if (decided.state.status === 'ended') await this.rows.clear([draftId]);
    reached('draft.cleared');
    return decided;
  }

  async clear(draftId: string): Promise<void> {
    await this.rows.clear([draftId]);
  }

  /** @returns position of the last of these facts */
  async loseAll(
    ids: readonly string[],
    why: WhyGone,
    origin: Origin,
    erasureId: string | null = null,
  ): Promise<Position> {
    let last = START;
    for (const id of ids) {
      const { position } = await this.end(id, origin, (state) => lose(state, why, erasureId));
      // Also the content of a request that was killed before its fact.
      await this.rows.clear([id]);
      if (position > last) last = position;
    }
    return last;
  }

  /** Ids of the drafts in which one of the people is named. @param people `MessageKeys.person` */
  naming(people: readonly string[]): Promise<string[]> {
    return this.rows.naming(people);
  }

  ofAccount(accountId: string): Promise<string[]> {
    return this.rows.ofAccount(accountId);
  }
}
