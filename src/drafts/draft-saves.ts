import { Inject, Injectable } from '@nestjs/common';
import { Originals } from '../sending/original.js';
import type { OutgoingBody } from '../sending/outgoing-body.js';
import type { Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { reached } from '../platform/steps.js';
import { MessageWriter } from '../mail/writing/message-writer.js';
import type { DraftContent } from './draft-content.js';
import { DraftContents } from './draft-contents.js';
import { beginDraft, beginSession, conflict, takeDraft } from './draft.decider.js';
import { type DraftEvent, draftStream } from './draft.events.js';
import { type Draft, draft } from './draft.fold.js';
import { DraftRows, type StoredDraft } from './draft-rows.js';
import { FoundDrafts } from './found-drafts.js';
import type { LocatedDraft } from './drafts.js';

export interface SavedDraft {
  id: string;
  revision: number;
  position: Position;
  content: DraftContent;
}

/** A draft that is taken over with this request has no revision here that the caller could know: 0 stands for it. */
export const knownRevision = ({ takenFrom, revision }: StoredDraft, ifMatch: number | undefined): number | undefined =>
  ifMatch === 0 && takenFrom !== null && revision === 1 ? 1 : ifMatch;

/** Saves drafts: those of this service, and those of other programs, which the first save takes over. */
@Injectable()
export class DraftSaves {
  constructor(
    private readonly decide: Decide,
    private readonly rows: DraftRows,
    private readonly contents: DraftContents,
    private readonly originals: Originals,
    private readonly writer: MessageWriter,
    private readonly found: FoundDrafts,
    @Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>,
  ) {}

  /**
   * The stored draft; a draft of another program becomes one here, with all of its content.
   * @throws Refused 404 `message-not-found`, 409 `message-damaged`, `draft-ended`
   */
  async own(located: Exclude<LocatedDraft, { kind: 'ended' }>, caller: Caller): Promise<StoredDraft> {
    if (located.kind === 'own') return located.draft;
    const { messageId, accountId, draftId } = located;
    const { userId, origin } = caller;
    const original = await this.originals.open(messageId, 'forward', caller);
    const { quoted, attachments, bcc, threadId, inReplyTo, ownReferences } = original;
    const { html, text } = await this.writer.draft(quoted, caller.actor.id);
    const ancestors = { inReplyTo, references: ownReferences };
    const body: OutgoingBody = {
      to: [...(quoted.to ?? [])],
      cc: [...(quoted.cc ?? [])],
      bcc,
      subject: quoted.subject ?? '',
      html,
      text: html === null ? text : null,
      attachments: attachments.map(({ index, inline, contentId }) => ({
        fromMessage: messageId,
        index,
        ...(inline && contentId !== null && { cid: contentId }),
      })),
    };
    const before = { files: [], taken: {}, ancestors };
    const content = await this.contents.of(body, { id: draftId, before, takenFrom: messageId }, caller);
    const places = await this.found.placesOf(messageId);
    await this.rows.create({ id: draftId, accountId, userId, by: origin.by, takenFrom: messageId, places }, content);
    reached('draft.stored');
    await this.decide.on<Draft, DraftEvent>(
      draftStream(draftId),
      draft,
      origin,
      (state) => takeDraft(state, { accountId, draftId, userId, threadId, messageId }),
      { assumeNew: true },
    );
    reached('draft.recorded');
    await this.rows.begun(draftId);
    return (await this.rows.find(draftId))!;
  }

  /**
   * Stores a content. If somebody saved since the revision in `If-Match`, both versions are kept.
   * @param isSender the caller holds the lock of the sending
   * @throws Refused 412 `changed-since` with both versions; 409 `draft-ended`, `draft-being-sent`; as `DraftContents`
   */
  async save(stored: StoredDraft, body: OutgoingBody, caller: Caller, isSender = false): Promise<SavedDraft> {
    const { id, content: before, takenFrom } = stored;
    const { origin } = caller;
    const content = await this.contents.of(body, { id, before, takenFrom }, caller);
    let { position } = await this.decide.load(draftStream(id), draft);
    if (await this.rows.beginsSession(id, origin.by))
      ({ position } = await this.decide.on<Draft, DraftEvent>(draftStream(id), draft, origin, (state) =>
        beginSession(state, stored.revision + 1),
      ));
    reached('draft.session-recorded');
    const known = knownRevision(stored, origin.ifMatch);
    const { state, revision } = await this.rows.save(id, content, { by: origin.by, known, isSender });
    if (state === 'stale') throw await this.keepBoth(stored, content, revision, caller);
    return { id, revision, position, content };
  }

  /**
   * Keeps the rejected version as a draft of its own. Its id comes from draft, author and known revision, so that
   * a repeated save makes no third version.
   */
  private async keepBoth(
    { id, accountId }: StoredDraft,
    content: DraftContent,
    revision: number,
    caller: Caller,
  ): Promise<Refused> {
    const { userId, origin } = caller;
    const other = this.master.nameFor('draft', `conflict ${id} ${origin.by} ${origin.ifMatch}`);
    const own = await this.contents.copied(content, id, caller);
    await this.rows.create({ id: other, accountId, userId, by: origin.by, takenFrom: null, places: [] }, own);
    reached('draft.stored');
    const { inReplyTo: answers, forwardOf: forwards } = content;
    const begun = await this.decide.on<Draft, DraftEvent>(
      draftStream(other),
      draft,
      origin,
      (state) =>
        beginDraft(state, { accountId, draftId: other, userId, threadId: null, answers, forwards, conflictOf: id }),
      { assumeNew: true },
    );
    reached('draft.recorded');
    await this.rows.begun(other);
    let kept = 1;
    if (begun.written > 0)
      await this.decide.on<Draft, DraftEvent>(draftStream(id), draft, origin, (state) => conflict(state, other));
    else ({ revision: kept } = await this.rows.save(other, own, { by: origin.by }));
    return new Refused(
      'changed-since',
      'stale',
      'The draft was saved by somebody else, or in another window, since you read it. Both versions are kept.',
      { current: { id, revision }, kept: { id: other, revision: kept } },
    );
  }
}
