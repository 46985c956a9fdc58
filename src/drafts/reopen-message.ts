import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, type CommandAnswer } from '../platform/http/answers.js';
import type { Position } from '../platform/log/event-store.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { reached } from '../platform/steps.js';
import type { Original } from '../sending/original.js';
import type { OutgoingBody } from '../sending/outgoing-body.js';
import { OutgoingRequests } from '../sending/outgoing-requests.js';
import { type TakenBack, TakenBackMessages } from '../sending/taken-back.js';
import { DraftContents } from './draft-contents.js';
import { beginDraft, ended } from './draft.decider.js';
import { type DraftEvent, draftStream } from './draft.events.js';
import { type Draft, draft } from './draft.fold.js';
import { DraftRows } from './draft-rows.js';

/** Makes a draft of the words of a message that was taken back; one draft for each message. */
export class ReopenMessage extends Command<CommandAnswer> {
  constructor(
    readonly message: TakenBack,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ReopenMessage)
export class ReopenMessageHandler implements ICommandHandler<ReopenMessage> {
  constructor(
    private readonly decide: Decide,
    private readonly rows: DraftRows,
    private readonly contents: DraftContents,
    private readonly requests: OutgoingRequests,
    private readonly messages: TakenBackMessages,
    @Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>,
  ) {}

  /** @throws Refused 409 `draft-ended`, `words-not-kept`, `message-damaged`; 422 `message-too-complex` */
  async execute({ message, caller }: ReopenMessage): Promise<CommandAnswer> {
    const id = this.master.nameFor('draft', `edited ${message.messageId}`);
    const { state, position } = await this.decide.load(draftStream(id), draft);
    if (state.status === 'ended') throw ended(state.messageId);
    const at = state.status === 'absent' ? await this.begin(id, message, caller) : position;
    await this.rows.begun(id);
    return answer({ revision: (await this.rows.find(id))?.revision ?? 1, position: at }, id);
  }

  private async begin(id: string, { messageId, accountId, userId }: TakenBack, caller: Caller): Promise<Position> {
    const { origin } = caller;
    const { body, ancestors } = await this.messages.bodyOf(messageId, caller);
    const [answers, forwards] = [
      await this.original({ inReplyTo: body.inReplyTo ?? null }, caller),
      await this.original({ forwardOf: body.forwardOf ?? null }, caller),
    ];
    const content = await this.contents.of(
      { ...body, inReplyTo: answers?.id ?? null, forwardOf: forwards?.id ?? null },
      { id, before: { files: [], taken: {}, ancestors }, takenFrom: null },
      caller,
    );
    await this.rows.create({ id, accountId, userId, by: origin.by, takenFrom: null, places: [] }, content);
    reached('edit.stored');
    const threadId = (answers ?? forwards)?.threadId ?? null;
    const decided = await this.decide.on<Draft, DraftEvent>(draftStream(id), draft, origin, (state) =>
      beginDraft(state, {
        accountId,
        draftId: id,
        userId,
        threadId,
        answers: answers?.id ?? null,
        forwards: forwards?.id ?? null,
        conflictOf: null,
      }),
    );
    reached('edit.recorded');
    return decided.position;
  }

  /** Null: there is none, or it has been destroyed since. */
  private async original(
    body: Pick<OutgoingBody, 'inReplyTo' | 'forwardOf'>,
    caller: Caller,
  ): Promise<Original | null> {
    try {
      const { answers, forwards } = await this.requests.originalsOf(body, caller);
      return answers ?? forwards;
    } catch (error) {
      if (error instanceof Refused && error.reason === 'message-not-found') return null;
      throw error;
    }
  }
}
