import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import pLimit from 'p-limit';
import { Access } from '../access/access.js';
import { mailScope } from '../access/mail-scope.js';
import type { OpenAccount } from '../accounts/account.fold.js';
import { type MailOfLate, RecentMail } from '../accounts/preview/recent-mail.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Refused } from '../platform/domain.js';
import { AnswersSecret } from '../platform/http/idempotency.js';
import { OneLine } from '../platform/http/input.js';
import { brake } from './autoreply.decider.js';
import type { WhySuppressed } from './autoreply.events.js';
import { replySubject } from './may-reply.js';
import { type ReadMail, ReceivedMail } from './received-mail.js';

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = DAY_MS / 24;
const DAYS_MS = 30 * DAY_MS;
const MOST_MESSAGES = 500;
const MOST_REPLIES_SHOWN = 50;
const LONGEST_MS = 5000;
const SIDE_BY_SIDE = 4;

class PreviewRepliesBody {
  /** Subject of the reply to try out; default: that of the account. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @OneLine()
  subject?: string | null;
}

class PreviewedReply {
  /** Id of the message that would have been answered. */
  messageId!: string;
  /** ISO 8601 UTC: time at which the server received the message. */
  receivedAt!: string;
  /** Address that would have had the answer. */
  to!: string;
  /** Subject that the answer would have had. */
  subject!: string;
}

class PreviewedSuppression {
  /** Why no answer would have left, as in `GET /accounts/{id}/autoresponder/log`. */
  reason!: string;
  /** Number of messages with this reason. */
  count!: number;
}

class PreviewRepliesAnswer {
  /** Number of messages of the last 30 days that were looked at: the newest ones, at most 500. */
  messages!: number;
  /** False if there were more messages than were looked at. */
  complete!: boolean;
  /** Number of messages that would have been answered. */
  answered!: number;
  /** The first 50 messages that would have been answered, newest first. */
  replies!: PreviewedReply[];
  /** Messages that would not have been answered, by reason, the most frequent one first. */
  suppressed!: PreviewedSuppression[];
}

class PreviewReplies extends Command<PreviewRepliesAnswer> {
  constructor(
    readonly accountId: string,
    readonly subject: string | null,
    readonly caller: Caller,
  ) {
    super();
  }
}

interface Judgement {
  at: number;
  mail: MailOfLate;
  read: ReadMail | 'erased' | 'unreadable';
  reason: WhySuppressed | null;
}

/** Judges the mail of the last 30 days as if an absence had lasted so long. Records nothing. */
@CommandHandler(PreviewReplies)
export class PreviewRepliesHandler implements ICommandHandler<PreviewReplies> {
  constructor(
    private readonly access: Access,
    private readonly recent: RecentMail,
    private readonly received: ReceivedMail,
  ) {}

  /** @throws Refused 404 for an account that is missing or hidden; 403 for callers that read no mail */
  async execute({ accountId, subject, caller }: PreviewReplies): Promise<PreviewRepliesAnswer> {
    await mailScope(this.access, caller, accountId);
    const owner = await this.received.accountOf(accountId);
    if (owner === null) throw new Refused('account-not-found', 'not-found');
    const since = new Date(Date.now() - DAYS_MS);
    const mails = await this.recent.newest(accountId, since, MOST_MESSAGES + 1);
    const judged = await this.judged(mails.slice(0, MOST_MESSAGES), owner, since);
    const given = subject ?? owner.settings.autoresponder.subject;
    return { ...summary(judged, given), complete: judged.length === mails.length };
  }

  /** The newest messages first, as long as the time lasts. */
  private async judged(mails: readonly MailOfLate[], owner: OpenAccount, since: Date): Promise<Judgement[]> {
    const limit = pLimit(SIDE_BY_SIDE);
    const end = performance.now() + LONGEST_MS;
    const all = await Promise.all(
      mails.map((mail) => limit(async () => (performance.now() > end ? null : this.judge(mail, owner, since)))),
    );
    return all.filter((each) => each !== null);
  }

  private async judge(mail: MailOfLate, owner: OpenAccount, since: Date): Promise<Judgement> {
    const at = mail.receivedAt.getTime();
    const found = await this.received.read(mail.messageId);
    if (typeof found === 'string') return { at, mail, read: found, reason: 'unreadable' };
    const read: ReadMail = { ...found, received: { ...found.received, arrival: 'new' } };
    return { at, mail, read, reason: await this.received.suppressionOf(read, owner, since) };
  }
}

/** Once per sender, and with the brakes: oldest first. */
function summary(judged: readonly Judgement[], subject: string | null): Omit<PreviewRepliesAnswer, 'complete'> {
  const senders = new Set<string | null>();
  const sent: { at: number; domain: string | null }[] = [];
  const replies: PreviewedReply[] = [];
  const counts = new Map<string, number>();
  for (const { at, mail, read, reason } of judged.toSorted((one, other) => one.at - other.at)) {
    if (read === 'erased') continue;
    const to = read === 'unreadable' ? null : read.to;
    const domain = to === null || isFreeMail(to) ? null : domainOf(to);
    const within = (ms: number): typeof sent => sent.filter((each) => each.at > at - ms);
    const lately = {
      toDomain: domain === null ? 0 : within(HOUR_MS).filter((each) => each.domain === domain).length,
      inHour: within(HOUR_MS).length,
      inDay: within(DAY_MS).length,
    };
    const why = reason ?? (senders.has(mail.senderKey) ? 'already-replied' : brake(lately));
    if (why !== null || to === null || read === 'unreadable') {
      counts.set(why ?? 'no-sender', (counts.get(why ?? 'no-sender') ?? 0) + 1);
      continue;
    }
    senders.add(mail.senderKey);
    sent.push({ at, domain });
    replies.push({
      messageId: mail.messageId,
      receivedAt: mail.receivedAt.toISOString(),
      to,
      subject: replySubject(subject, read.content.subject),
    });
  }
  return {
    messages: judged.length,
    answered: replies.length,
    replies: replies.toReversed().slice(0, MOST_REPLIES_SHOWN),
    suppressed: [...counts].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count),
  };
}

@Controller('api/accounts')
export class PreviewRepliesEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/autoresponder/preview')
  @HttpCode(200)
  @AnswersSecret()
  @ApiOperation({
    summary: 'Tells which messages of the last 30 days the absence reply would have answered. Records nothing.',
    description: 'The messages are judged as if the absence had lasted for 30 days, whether it is switched on or not.',
  })
  @ApiOkResponse({ type: PreviewRepliesAnswer })
  preview(
    @Param('id') id: string,
    @Body() { subject }: PreviewRepliesBody,
    @Asked() caller: Caller,
  ): Promise<PreviewRepliesAnswer> {
    return this.commands.execute(new PreviewReplies(id, subject ?? null, caller));
  }
}
