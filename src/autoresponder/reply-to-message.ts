import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import type { OpenAccount } from '../accounts/account.fold.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';
import { referencesOf } from '../mail/writing/references.js';
import { repeated } from '../messages/known-messages.js';
import { type MailToReactTo, messageStream } from '../messages/message.events.js';
import { message } from '../messages/message.fold.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { poolOf } from '../platform/database/database.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { reached } from '../platform/steps.js';
import { outgoingIdOf, QueueMessage } from '../sending/queue-message.js';
import { type Absence, Absences, covers } from './absences.js';
import { brake, giveUp, reply, repliedIn, suppress } from './autoreply.decider.js';
import { autoreplyStream, type Judged, type WhySuppressed } from './autoreply.events.js';
import { autoreplies, type Autoreplies } from './autoreply.fold.js';
import { replySubject } from './may-reply.js';
import { type ReadMail, ReceivedMail } from './received-mail.js';

/** A reply that comes later helps nobody: the service was switched off, or reads an earlier log. */
const MOST_AGE_MS = 48 * 60 * 60_000;

/** Answers a message that came during an absence, or records the reason not to. */
export class ReplyToMessage extends Command<void> {
  constructor(
    readonly mail: Pick<MailToReactTo, 'accountId' | 'messageId' | 'senderKey' | 'receivedAt' | 'arrival'>,
    readonly position: Position,
    readonly origin: Origin,
  ) {
    super();
  }
}

/**
 * The fact of the reply comes before its message. A repetition finds the fact, and queues the same message again, which
 * has no second effect.
 */
@CommandHandler(ReplyToMessage)
export class ReplyToMessageHandler implements ICommandHandler<ReplyToMessage> {
  constructor(
    private readonly decide: Decide,
    private readonly commands: CommandBus,
    private readonly database: DataSource,
    private readonly absences: Absences,
    private readonly received: ReceivedMail,
    @Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>,
  ) {}

  async execute(command: ReplyToMessage): Promise<void> {
    const { accountId, messageId, senderKey } = command.mail;
    const stream = autoreplyStream(accountId, senderKey);
    const { state } = await this.decide.load(stream, autoreplies);
    const replyId = state.decided.get(messageId);
    if (replyId === null) return;
    const [owner, absence] = [await this.received.accountOf(accountId), await this.absences.of(accountId)];
    if (owner === null || absence === undefined) return;
    const early = replyId === undefined ? await this.earlyReason(command, absence) : null;
    const mail = early === null ? await this.received.read(messageId) : 'unreadable';
    if (mail === 'erased') return;
    const to = mail === 'unreadable' ? null : mail.to;
    const judged: Judged = { accountId, senderKey, messageId, window: absence.window, to };
    if (replyId === undefined) {
      const unread = early ?? (mail === 'unreadable' ? 'unreadable' : null);
      const reason = unread ?? (await this.received.suppressionOf(mail as ReadMail, owner, absence.activatedAt));
      const isQueued = await this.record(stream, judged, reason, command.origin);
      if (!isQueued) return;
      reached('autoreply.recorded');
    }
    if (mail !== 'unreadable') await this.queue(mail, owner, judged, command.origin);
  }

  /** Reasons that need no look at the bytes. */
  private async earlyReason(
    { mail: { messageId, receivedAt, arrival }, position }: ReplyToMessage,
    absence: Absence,
  ): Promise<WhySuppressed | null> {
    if (arrival === 'import') return 'imported';
    if (!covers(absence, new Date())) return 'absence-over';
    if (Date.now() - Date.parse(receivedAt) > MOST_AGE_MS) return 'too-old';
    const done = await repeated(poolOf(this.database), [{ messageId, position }]);
    return done.has(messageId) ? 'repeated' : null;
  }

  /** True if a reply is on record now. */
  private async record(stream: string, judged: Judged, reason: WhySuppressed | null, origin: Origin): Promise<boolean> {
    const { accountId, messageId, window, to } = judged;
    const { state } = await this.decide.load(stream, autoreplies);
    const before = reason === null ? repliedIn(state, window) : null;
    const failed = await this.failedReply(before);
    const domainKey = to === null || isFreeMail(to) ? null : this.master.nameFor('domain', domainOf(to));
    const braked = async (): Promise<WhySuppressed | null> =>
      brake(await this.absences.recentReplies(accountId, domainKey));
    const why = reason ?? (before === failed ? await braked() : 'already-replied');
    const replyId = outgoingIdOf(this.master, accountId, commandIdOf(messageId));
    const decided = await this.decide.on(stream, autoreplies, origin, (now: Autoreplies) =>
      why === null ? reply(now, judged, { replyId, domainKey }, failed) : suppress(now, judged, why),
    );
    return typeof decided.state.decided.get(messageId) === 'string';
  }

  /** The id, if no server took this reply: the mark of the sender is set by a reply that was sent. */
  private async failedReply(replyId: string | null): Promise<string | null> {
    if (replyId === null) return null;
    const { state } = await this.decide.load(messageStream(replyId), message);
    if (state.status !== 'on-record' || state.sending === null) return null;
    const { isCancelled, recipients } = state.sending;
    return isCancelled || recipients.every((each) => each === 'refused') ? replyId : null;
  }

  private async queue({ content }: ReadMail, owner: OpenAccount, judged: Judged, origin: Origin): Promise<void> {
    const { accountId, messageId, to } = judged;
    if (to === null) return;
    const { subject, html, text } = owner.settings.autoresponder;
    const { header, references, inReplyTo, threadId, from, date, receivedAt } = content;
    const known = { messageId: header, references: references ?? [], inReplyTo: inReplyTo === null ? [] : [inReplyTo] };
    const quoted = { kind: 'reply' as const, from, date: new Date(date ?? receivedAt), html: null, text: null };
    const command = new QueueMessage(
      {
        accountId,
        userId: null,
        to: [{ address: to }],
        cc: [],
        bcc: [],
        subject: replySubject(subject, content.subject),
        html,
        text,
        files: [],
        answers: {
          id: messageId,
          accountId,
          header,
          references: referencesOf(known),
          threadId,
          quoted,
          bcc: [],
          inReplyTo,
          ownReferences: references ?? [],
          attachments: [],
        },
        forwards: null,
        ancestors: null,
        quote: false,
        sendAt: null,
        undoSeconds: 0,
        cancelOnReply: false,
        draftId: null,
        resendOf: null,
        purpose: 'autoreply',
      },
      { ...origin, commandId: commandIdOf(messageId) },
    );
    try {
      await this.commands.execute(command);
    } catch (error) {
      if (!(error instanceof Refused) || error.kind !== 'unprocessable') throw error;
      await this.decide.on(autoreplyStream(accountId, judged.senderKey), autoreplies, origin, (now) =>
        giveUp(now, judged, 'address-invalid'),
      );
    }
  }
}

/** The same for every fact about the message, so that it has one reply. */
const commandIdOf = (messageId: string): string => `autoreply ${messageId}`;
