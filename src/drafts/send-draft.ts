import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../platform/auth/caller.js';
import { Asked } from '../platform/auth/caller.js';
import { Decide, refuseStale } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { reached } from '../platform/steps.js';
import { messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import type { AttachmentBody } from '../sending/outgoing-body.js';
import { OutgoingRequests } from '../sending/outgoing-requests.js';
import { SendDraftBody } from './draft-body.js';
import { type DraftContent, isHeld } from './draft-content.js';
import { ended, send } from './draft.decider.js';
import { DraftEnds } from './draft-ends.js';
import { sendingLock, type StoredDraft } from './draft-rows.js';
import { DraftSaves, knownRevision } from './draft-saves.js';
import { Drafts } from './drafts.js';

class SendDraft extends Command<CommandAnswer> {
  constructor(
    readonly id: string,
    readonly body: SendDraftBody,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(SendDraft)
export class SendDraftHandler implements ICommandHandler<SendDraft> {
  constructor(
    private readonly drafts: Drafts,
    private readonly saves: DraftSaves,
    private readonly ends: DraftEnds,
    private readonly requests: OutgoingRequests,
    private readonly decide: Decide,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'locks'>,
  ) {}

  /**
   * A draft becomes one message: a repeated request answers with it.
   * @throws Refused 404 `draft-not-found`; 409 `draft-ended`, `draft-being-sent`; 412 `changed-since`; as
   * `OutgoingRequests`. The draft is kept.
   */
  async execute({ id, body, caller }: SendDraft): Promise<CommandAnswer> {
    const located = await this.drafts.locate(id, caller);
    if (located.kind === 'ended') return this.sentBefore(located.messageId);
    const draftId = located.kind === 'own' ? located.draft.id : located.draftId;
    const lock = await this.platform.locks.tryAcquire(sendingLock(draftId));
    if (!lock) throw new Refused('draft-being-sent', 'conflict', 'The draft is being sent at this moment. Try again.');
    try {
      const now = await this.drafts.locate(id, caller);
      if (now.kind === 'ended') return await this.sentBefore(now.messageId);
      return await this.send(await this.saves.own(now, caller), body, caller);
    } finally {
      await lock.release();
    }
  }

  private async send(draft: StoredDraft, body: SendDraftBody, caller: Caller): Promise<CommandAnswer> {
    const { id, accountId, content, revision } = draft;
    const { sendAt, undoSeconds, cancelOnReply, ifNothingNewSince, language, timeZone, ...changes } = body;
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    // The newest words are stored, also if the message is refused.
    let stored = content;
    if (Object.keys(given).length === 0) refuseStale(revision, knownRevision(draft, caller.origin.ifMatch));
    else ({ content: stored } = await this.saves.save(draft, { ...bodyOf(content), ...given }, caller, true));
    const queued = await this.requests.queue(
      accountId,
      {
        ...bodyOf(stored),
        ...(sendAt !== undefined && { sendAt }),
        ...(undoSeconds !== undefined && { undoSeconds }),
        ...(cancelOnReply !== undefined && { cancelOnReply }),
        ...(ifNothingNewSince !== undefined && { ifNothingNewSince }),
        ...(language !== undefined && { language }),
        ...(timeZone !== undefined && { timeZone }),
      },
      caller,
      { draftId: id, ancestors: content.ancestors },
    );
    reached('draft.queued');
    await this.ends.end(id, caller.origin, (state) => send(state, queued.messageId));
    return answer(queued, queued.messageId);
  }

  /** @throws Refused 409 `draft-ended` for a draft that was not sent */
  private async sentBefore(messageId: string | null): Promise<CommandAnswer> {
    if (messageId === null) throw ended(null);
    return answer(await this.decide.load(messageStream(messageId), message), messageId);
  }
}

const bodyOf = ({
  to,
  cc,
  bcc,
  subject,
  html,
  text,
  files,
  inReplyTo,
  forwardOf,
  forwardWithout,
  quote,
}: DraftContent) => ({
  to,
  cc,
  bcc,
  ...(subject !== null && { subject }),
  html,
  text,
  attachments: files.map((file): AttachmentBody => {
    const source = isHeld(file) ? { uploadId: file.uploadId } : { fromMessage: file.fromMessage, index: file.index };
    return { ...source, ...(file.cid !== null && { cid: file.cid }) };
  }),
  inReplyTo,
  forwardOf,
  ...(forwardWithout !== undefined && { forwardWithout }),
  quote,
});

@ApiTags('mail')
@Controller('api/drafts')
export class SendDraftEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/send')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Sends a draft as it is stored, or with the fields of the body, and ends it.',
    description:
      '`id` in the answer is that of the message. A repeated request sends nothing twice. A refused one keeps the draft.',
  })
  @ApiAcceptedResponse({ type: CommandAnswer })
  send(@Param('id') id: string, @Body() body: SendDraftBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    return this.commands.execute(new SendDraft(id, body, caller));
  }
}
