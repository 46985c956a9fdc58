import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { mailOf } from '../access/mail-scope.js';
import type { Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { Hidden, Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { draftStream } from './draft.events.js';
import { draft } from './draft.fold.js';
import { DraftRows, type StoredDraft } from './draft-rows.js';
import { FoundDrafts } from './found-drafts.js';

/** A draft by its id, or by that of the message of another program. */
export type LocatedDraft =
  | { kind: 'own'; draft: StoredDraft }
  /** a message of another program; its draft gets the id `draftId` at the first save */
  | { kind: 'found'; messageId: string; accountId: string; draftId: string }
  /** `messageId`: the message that the draft became; null: it was not sent */
  | { kind: 'ended'; id: string; accountId: string; messageId: string | null };

/** Finds drafts for callers that may use their account. */
@Injectable()
export class Drafts {
  constructor(
    private readonly rows: DraftRows,
    private readonly found: FoundDrafts,
    private readonly decide: Decide,
    private readonly access: Access,
    @Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>,
  ) {}

  /** @throws Refused 404 `draft-not-found`, 403 for callers that read no mail */
  async locate(id: string, caller: Caller): Promise<LocatedDraft> {
    const readable = mailOf(caller);
    const located = await this.any(id);
    if (!located) throw notFound();
    const accountId = located.kind === 'own' ? located.draft.accountId : located.accountId;
    if ((await this.access.readable(readable, [accountId])).length === 0)
      throw new Hidden('draft-not-found', accountId);
    return located;
  }

  /** Id of the draft that takes over the message of another program. */
  takenId(messageId: string): string {
    return this.master.nameFor('draft', `taken ${messageId}`);
  }

  /** Completes drafts that a killed request left, and removes contents without a fact. */
  async settle(): Promise<void> {
    for (const id of await this.rows.unsettled()) {
      const { state } = await this.decide.load(draftStream(id), draft);
      if (state.status === 'open') await this.rows.begun(id);
      else await this.rows.clear([id]);
    }
  }

  private async any(id: string): Promise<LocatedDraft | undefined> {
    const taken = this.takenId(id);
    for (const each of [id, taken]) {
      const own = await this.rows.find(each);
      const { state } = await this.decide.load(draftStream(each), draft);
      if (state.status === 'ended')
        return { kind: 'ended', id: each, accountId: state.accountId, messageId: state.messageId };
      if (!own || state.status === 'absent') continue;
      if (!own.isBegun) await this.rows.begun(each);
      return { kind: 'own', draft: own };
    }
    const accountId = await this.found.accountOf(id);
    return accountId === undefined ? undefined : { kind: 'found', messageId: id, accountId, draftId: taken };
  }
}

export const notFound = (): Refused =>
  new Refused('draft-not-found', 'not-found', 'There is no such draft. It may have been sent or discarded.');
