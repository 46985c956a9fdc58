import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Person } from '../mail/writing/outgoing-message.js';
import { messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import type { Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { answer, type CommandAnswer } from '../platform/http/answers.js';
import { Originals } from './original.js';
import { QueueMessage } from './queue-message.js';
import { cancelIfPossible, resolve, sentIn } from './sending.decider.js';

/** Sends a message again as a new one, to corrected recipients. The earlier one is not tried any more. */
export class QueueAgain extends Command<CommandAnswer> {
  constructor(
    readonly messageId: string,
    readonly recipients: { to?: Person[] | undefined; cc?: Person[] | undefined; bcc?: Person[] | undefined },
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(QueueAgain)
export class QueueAgainHandler implements ICommandHandler<QueueAgain> {
  constructor(
    private readonly decide: Decide,
    private readonly commands: CommandBus,
    private readonly originals: Originals,
  ) {}

  /** @throws Refused 404 `message-not-found`; 409 `nothing-to-resolve` */
  async execute({ messageId, recipients, caller }: QueueAgain): Promise<CommandAnswer> {
    const sent = await this.originals.open(messageId, 'forward', caller);
    const { state } = await this.decide.load(messageStream(messageId), message);
    const before = sentIn(state, messageId);
    if (before === null) throw new Refused('message-not-found', 'not-found');
    resolve(before, 'send-again');
    const { html, text, subject } = sent.quoted;
    const { answers } = before.sending.request;
    const queued = await this.commands.execute(
      new QueueMessage(
        {
          accountId: sent.accountId,
          userId: caller.userId,
          to: recipients.to ?? [],
          cc: recipients.cc ?? [],
          bcc: recipients.bcc ?? [],
          subject: subject ?? '',
          html,
          text: html === null ? text : null,
          files: sent.attachments.map((file) => ({ ...file, cid: file.contentId })),
          answers: answers === null ? null : await this.originals.open(answers, 'reply', caller),
          forwards: null,
          ancestors: null,
          quote: false,
          sendAt: null,
          undoSeconds: 0,
          cancelOnReply: false,
          draftId: null,
          resendOf: messageId,
          purpose: 'person',
        },
        caller.origin,
      ),
    );
    await this.decide.on(messageStream(messageId), message, caller.origin, (now) => {
      const earlier = sentIn(now, messageId);
      return earlier ? cancelIfPossible(earlier, 'replaced') : [];
    });
    return answer(queued, queued.messageId);
  }
}
