import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { accountStream } from '../accounts/account.events.js';
import { account, type OpenAccount } from '../accounts/account.fold.js';
import { ConnectionNews } from '../accounts/connection/connection-news.js';
import { MailLogins } from '../accounts/sign-in/mail-logins.js';
import { MailServers } from '../mail/servers/mail-servers.js';
import { sentAddress } from '../mail/writing/recipients.js';
import { type Credentials, MailServerFailure } from '../mail/servers/servers.js';
import { type Attempt as Replies, SendFailed } from '../mail/servers/send-outcome.js';
import { type MessageEvent, messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { mayHaveLeft, openRecipients, type Sending } from '../messages/sending.fold.js';
import { MessageKeys } from '../messages/message-keys.js';
import { bySystem, Decide, type Origin } from '../platform/commands/decide.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import { outageBehind } from '../platform/followers/outages.js';
import { type Attempt, WorkLater } from '../platform/followers/work.js';
import { reached } from '../platform/steps.js';
import { limitsOf, SendLimits } from './limits/send-limits.js';
import { OutgoingMail, type StoredMail } from './outgoing-mail.js';
import { SentFolder } from './sent-folder.js';
import { OutboxHold } from './hold/outbox-hold.js';
import {
  begin,
  cancelIfPossible,
  findCopy,
  hold,
  leaveToPerson,
  loseReply,
  mayBegin,
  OVERDUE_MS,
  reachDot,
  recordOutcomes,
  sentIn,
} from './sending.decider.js';

/** Looks for the copy of a message without a reply, counted from the moment of the loss. */
const LOOKS_MS = [5000, 60_000, 10 * 60_000];
/** Rest of a row that the lookup still lists although nothing is left to do. */
const SETTLED_REST_MS = 1000;
/** Time for the reply to a final dot once the process stops. */
const REPLY_AT_END_MS = 10_000;
/** Rest of a message that must be looked for, while the incoming server does not answer. */
const REST_WITHOUT_LOOK_MS = 60_000;
const LONGEST_REST_MS = 60 * 60_000;

type Sent = NonNullable<ReturnType<typeof sentIn>>;
type Rule = (sent: Sent) => MessageEvent[];

/** Sends one message: from its login to the reply about each recipient. Killed at any point, it sends nothing twice. */
@Injectable()
export class SendRun {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
    private readonly logins: MailLogins,
    private readonly servers: MailServers,
    private readonly connection: ConnectionNews,
    private readonly mail: OutgoingMail,
    private readonly sentFolder: SentFolder,
    private readonly keys: MessageKeys,
    private readonly limits: SendLimits,
    private readonly outbox: OutboxHold,
  ) {}

  /** @throws WorkLater when there is nothing to do now; the error of an outage */
  async run(messageId: string, attempt: Attempt): Promise<void> {
    reached('send.leased');
    const sent = await this.load(messageId, attempt);
    const { sending, accountId } = sent;
    const origin = bySystem('sending-worker', messageId);
    if (sending.running?.dotReached) return this.lost(messageId, accountId, attempt, origin);
    if (sending.recipients.includes('unknown')) return this.lookFor(sent, attempt, origin);
    if (!mayBegin(sending)) throw new WorkLater(SETTLED_REST_MS, 'nothing to send');
    const { isHeld, mayHaveLeft: mayBeCopied } = await this.outbox.about(messageStream(messageId));
    if (isHeld) throw new WorkLater(LONGEST_REST_MS, 'the outbox is held');
    const open = await this.accountOf(accountId, attempt);
    if (open === null) return this.write(messageId, origin, (state) => cancelIfPossible(state, 'account-removed'));
    if (!(await this.mayStillSend(accountId, sending)))
      return this.write(messageId, origin, (state) => cancelIfPossible(state, 'access-lost'));
    const { notBefore, sendAt } = sending.request;
    const earlyMs = Math.max(Date.parse(sending.deferred?.until ?? notBefore) - Date.now(), 0);
    if (earlyMs > 0 && !sending.isConfirmed) throw new WorkLater(Math.min(earlyMs, LONGEST_REST_MS), 'not yet time');
    if (
      sendAt !== null &&
      sending.attempts === 0 &&
      !sending.isConfirmed &&
      Date.now() - Date.parse(sendAt) > OVERDUE_MS
    )
      return this.write(messageId, origin, (state) => hold(state, 'overdue'));
    await this.send(sent, open, attempt, origin, mayBeCopied);
  }

  /** @param mayBeCopied look for a copy in Sent although this is the first attempt */
  private async send(
    sent: Sent,
    open: OpenAccount,
    { signal }: Attempt,
    origin: Origin,
    mayBeCopied: boolean,
  ): Promise<void> {
    const { messageId, accountId, sending } = sent;
    const stored = await this.mail.stored(messageId);
    if (stored === null) throw new WorkLater(LONGEST_REST_MS, 'the message was erased, or its bytes are missing');
    let credentials: Credentials;
    try {
      credentials = await this.logins.of(accountId, open);
    } catch (error) {
      return this.refused(sent, error, origin);
    }
    if (!mayHaveLeft(sending) && (await this.isRepeated(sent, open, stored, { signal, mayBeCopied })))
      return this.write(messageId, origin, findCopy);
    const pace = limitsOf(open.settings);
    const kind = sending.request.purpose === 'autoreply' ? 'bulk' : 'own';
    const taken = await this.limits.take(accountId, pace, openRecipients(sending).length, kind);
    if (!taken.ok) throw new WorkLater(Math.max(taken.notBefore.getTime() - Date.now(), 1000), taken.why);
    const begun = await this.decided(messageId, origin, begin);
    if (begun === null || begun.sending.running === null) return;
    reached('send.began');
    await this.attempt(begun, open, stored, credentials, signal, origin);
  }

  private async attempt(
    { messageId, accountId, sending }: Sent,
    open: OpenAccount,
    stored: StoredMail,
    credentials: Credentials,
    signal: AbortSignal,
    origin: Origin,
  ): Promise<void> {
    const { attempt, recipients } = sending.running!;
    let dotReached = false;
    const beforeFinalDot = async (): Promise<void> => {
      reached('send.before-dot');
      const recorded = await this.decided(messageId, origin, (state) => reachDot(state, attempt));
      // The message was erased while it was on its way.
      if (recorded === null) throw new Refused('message-not-found', 'not-found');
      dotReached = true;
      reached('send.dot-recorded');
    };
    const { sender, addresses } = stored.envelope;
    const mail = {
      envelope: { from: sender, to: recipients.map((n) => addresses[n]!) },
      size: stored.size,
      bytes: () => this.mail.bytes(stored),
      beforeFinalDot,
    };
    let replies: Replies;
    try {
      const patient = untilReply(signal, () => dotReached);
      replies = await this.sendFromAny(accountId, open, mail, credentials, patient);
    } catch (error) {
      if (outageBehind(error)) throw error;
      const mayHave = error instanceof SendFailed ? error.reached === 'after-final-dot' : dotReached;
      if (mayHave) return this.lost(messageId, accountId, { signal, knows: () => undefined }, origin);
      if (signal.aborted) throw error;
      return this.failed(messageId, attempt, recipients, error, { open, accountId }, origin);
    }
    reached('send.replied');
    const byAddress = new Map(recipients.map((n) => [addresses[n]!, n]));
    const outcomes = replies.recipients.map(({ address, result, reply, code, enhanced }) => ({
      recipient: byAddress.get(address)!,
      result,
      reply,
      code: enhanced ?? String(code),
      reason: null,
    }));
    const givenId = replies.messageIdOfServer;
    const given = givenId === null ? null : { givenId, sentKey: this.keys.sent(accountId, givenId) };
    await this.write(messageId, origin, (state) => recordOutcomes(state, attempt, outcomes, { at: new Date(), given }));
    reached('send.recorded');
    for (const each of replies.recipients) await this.limits.yielded(accountId, limitsOf(open.settings), each);
    await this.connection.accepted(accountId, open, origin);
  }

  /** Some servers take no null reverse-path from users: then a reply leaves under the own address (RFC 3834 §3.3). */
  private async sendFromAny(
    accountId: string,
    open: OpenAccount,
    mail: Parameters<MailServers['send']>[2],
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<Replies> {
    const send = (from: string): Promise<Replies> =>
      this.trySend(accountId, open, { ...mail, envelope: { ...mail.envelope, from } }, credentials, signal);
    if (mail.envelope.from !== '') return send(mail.envelope.from);
    const own = sentAddress(open.settings.address);
    try {
      const replies = await send('');
      return replies.recipients.some(({ result }) => result !== 'refused') ? replies : await send(own);
    } catch (error) {
      if (!(error instanceof SendFailed) || error.during !== 'envelope' || (error.reply?.code ?? 0) < 500) throw error;
      return send(own);
    }
  }

  /** With another access token if the server does not accept the first one. */
  private async trySend(
    accountId: string,
    open: OpenAccount,
    mail: Parameters<MailServers['send']>[2],
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<Replies> {
    const { outgoing } = open.settings;
    try {
      return await this.servers.send(outgoing, credentials, mail, signal);
    } catch (error) {
      if (!('accessToken' in credentials) || !isRefusedLogin(error)) throw error;
      return this.servers.send(outgoing, await this.logins.of(accountId, open, credentials), mail, signal);
    }
  }

  /** The attempt ended before the final dot: the server has nothing, and the message is tried again, or waits. */
  private async failed(
    messageId: string,
    attempt: number,
    recipients: readonly number[],
    error: unknown,
    { open, accountId }: { open: OpenAccount; accountId: string },
    origin: Origin,
  ): Promise<void> {
    const failure = error instanceof SendFailed ? error.failure : error;
    if (!(failure instanceof MailServerFailure) && !(failure instanceof Refused)) throw error;
    const during = error instanceof SendFailed ? error.during : 'login';
    if (failure instanceof MailServerFailure && during === 'login')
      await this.connection.failed(accountId, open, failure, origin);
    const why = whyHeld(failure);
    if (why) return this.write(messageId, origin, (state) => hold(state, why));
    const { reason, detail = null } = failure;
    const reply = error instanceof SendFailed ? error.reply : null;
    if (reply) await this.limits.yielded(accountId, limitsOf(open.settings), reply);
    const isFinal = reason === 'message-too-large' || (during !== 'login' && (reply?.code ?? 0) >= 500);
    const outcomes = recipients.map((recipient) => ({
      recipient,
      result: isFinal ? ('refused' as const) : ('deferred' as const),
      reply: reply?.line ?? detail,
      code: reply ? (reply.enhanced ?? String(reply.code)) : null,
      reason,
    }));
    await this.write(messageId, origin, (state) =>
      recordOutcomes(state, attempt, outcomes, { at: new Date(), given: null }),
    );
  }

  /** No login is possible: held until the login of the account changes. */
  private async refused({ messageId }: Sent, error: unknown, origin: Origin): Promise<void> {
    const why = error instanceof Refused || error instanceof MailServerFailure ? whyHeld(error) : null;
    if (why) return this.write(messageId, origin, (state) => hold(state, why));
    if (error instanceof MailServerFailure) throw new WorkLater(60_000, error.reason);
    throw error;
  }

  /** An account without an incoming server has no copy to look for. */
  private async lost(messageId: string, accountId: string, attempt: Attempt, origin: Origin): Promise<void> {
    const open = await this.accountOf(accountId, attempt);
    const canLook = open !== null && !open.settings.sendOnly;
    await this.write(messageId, origin, (state) => loseReply(state, !canLook));
  }

  /** Looks for the copy of a message without a reply. Not found proves nothing: then a person decides. */
  private async lookFor(sent: Sent, attempt: Attempt, origin: Origin): Promise<void> {
    const { messageId, accountId } = sent;
    const lostAt = await this.mail.lostAt(messageId);
    const passedMs = Date.now() - lostAt;
    const isLast = passedMs >= LOOKS_MS.at(-1)!;
    const open = await this.accountOf(accountId, attempt);
    if (open === null || open.settings.sendOnly) return this.write(messageId, origin, leaveToPerson);
    try {
      const stored = await this.mail.stored(messageId);
      if (stored && (await this.hasCopy(sent, open, stored, attempt.signal)))
        return await this.write(messageId, origin, findCopy);
    } catch (error) {
      if (attempt.signal.aborted || outageBehind(error) || !(error instanceof MailServerFailure)) throw error;
    }
    if (isLast) return this.write(messageId, origin, leaveToPerson);
    const next = LOOKS_MS.find((each) => each > passedMs)!;
    throw new WorkLater(next - passedMs, 'the copy in Sent is looked for');
  }

  /**
   * A copy in Sent shows that the message has left. Attempts without a final dot left nothing, so they are repeated
   * also while the incoming server does not answer; mail of a copied instance waits for its answer.
   */
  private async isRepeated(
    sent: Sent,
    open: OpenAccount,
    stored: StoredMail,
    { signal, mayBeCopied }: { signal: AbortSignal; mayBeCopied: boolean },
  ): Promise<boolean> {
    if (sent.sending.attempts === 0 && !mayBeCopied) return false;
    try {
      return await this.hasCopy(sent, open, stored, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof MailServerFailure)) throw error;
      if (mayBeCopied) throw new WorkLater(REST_WITHOUT_LOOK_MS, error.reason);
      return false;
    }
  }

  private async hasCopy(
    { accountId }: Sent,
    open: OpenAccount,
    stored: StoredMail,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (open.settings.sendOnly) return false;
    return this.sentFolder.has(accountId, open, stored.header, signal);
  }

  private async mayStillSend(accountId: string, { request: { userId } }: Sending): Promise<boolean> {
    if (userId === null) return true;
    const person = await this.access.person(userId);
    if (!person || person.role === 'auditor') return false;
    return isAdministrator({ id: userId, role: person.role }) || person.accounts.has(accountId);
  }

  private async accountOf(accountId: string, { knows }: Attempt): Promise<OpenAccount | null> {
    const { state, position } = await this.decide.load(accountStream(accountId), account);
    knows(position);
    return state.status === 'open' ? state : null;
  }

  private async load(messageId: string, { knows }: Attempt): Promise<Sent> {
    const { state, position } = await this.decide.load(messageStream(messageId), message);
    knows(position);
    const sent = sentIn(state, messageId);
    if (sent === null) throw new WorkLater(SETTLED_REST_MS, 'nothing to send');
    return sent;
  }

  private async write(messageId: string, origin: Origin, rule: Rule): Promise<void> {
    await this.decided(messageId, origin, rule);
  }

  private async decided(messageId: string, origin: Origin, rule: Rule): Promise<Sent | null> {
    let written = 0;
    const { state } = await this.decide.on<Message, MessageEvent>(
      messageStream(messageId),
      message,
      origin,
      (state) => {
        const sent = sentIn(state, messageId);
        const facts = sent === null ? [] : rule(sent);
        written = facts.length;
        return facts;
      },
    );
    return written === 0 ? null : sentIn(state, messageId);
  }
}

/** Follows `signal`, but lets the server answer a final dot: without its reply, a person would have to decide. */
function untilReply(signal: AbortSignal, isPastDot: () => boolean): AbortSignal {
  const control = new AbortController();
  const abort = (): void => control.abort(signal.reason);
  const abortInTime = (): void => void (isPastDot() ? setTimeout(abort, REPLY_AT_END_MS).unref() : abort());
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abortInTime, { once: true });
  return control.signal;
}

const isRefusedLogin = (error: unknown): boolean =>
  error instanceof SendFailed && error.during === 'login' && error.failure.reason === 'login-refused';

/** Failures that only a person mends. */
function whyHeld({ reason }: { reason: string }): 'login-refused' | 'sign-in-needed' | null {
  if (reason === 'sign-in-needed') return 'sign-in-needed';
  return reason === 'login-refused' || reason === 'password-needed' ? 'login-refused' : null;
}
