import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { accountStream } from '../accounts/account.events.js';
import { account, type OpenAccount } from '../accounts/account.fold.js';
import { MailLogins } from '../accounts/sign-in/mail-logins.js';
import { type Credentials, MailServerFailure } from '../mail/servers/servers.js';
import type { MessageEvent } from '../messages/message.events.js';
import { mayHaveLeft, openRecipients, type Sending } from '../messages/sending.fold.js';
import { Decide } from '../platform/commands/decide.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import { outageBehind } from '../platform/followers/outages.js';
import { type Attempt, WorkLater } from '../platform/followers/work.js';
import { reached } from '../platform/steps.js';
import { OutboxHold } from './hold/outbox-hold.js';
import { limitsOf, SendLimits } from './limits/send-limits.js';
import { type Outgoing, OutgoingMail, type StoredMail } from './outgoing-mail.js';
import { OutgoingState } from './outgoing-state.js';
import { SendAttempt, whyHeld } from './send-attempt.js';
import {
  begin,
  cancelIfPossible,
  findCopy,
  hold,
  leaveToPerson,
  loseReply,
  mayBegin,
  OVERDUE_MS,
  type Sent,
} from './sending.decider.js';
import { SentFolder } from './sent-folder.js';

/** Looks for the copy of a message without a reply, counted from the moment of the loss. */
const LOOKS_MS = [5000, 60_000, 10 * 60_000];
/** Rest of a row that the lookup still lists although nothing is left to do. */
const SETTLED_REST_MS = 1000;
/** Rest of a message that must be looked for, while the incoming server does not answer. */
const REST_WITHOUT_LOOK_MS = 60_000;
const LONGEST_REST_MS = 60 * 60_000;

/** A message to send: as it was read, and its state since. */
interface Run {
  sent: Sent;
  state: OutgoingState;
  mail: Outgoing;
  attempt: Attempt;
}

/** Decides about one message: send, hold, cancel, or look for its copy. Killed at any point, it sends nothing twice. */
@Injectable()
export class SendRun {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
    private readonly logins: MailLogins,
    private readonly mail: OutgoingMail,
    private readonly sentFolder: SentFolder,
    private readonly limits: SendLimits,
    private readonly outbox: OutboxHold,
    private readonly attempts: SendAttempt,
  ) {}

  /** @throws WorkLater when there is nothing to do now; the error of an outage */
  async run(messageId: string, attempt: Attempt): Promise<void> {
    reached('send.leased');
    const run = await this.open(messageId, attempt);
    const { sending, accountId } = run.sent;
    if (sending.running?.dotReached) return this.lost(run);
    if (sending.recipients.includes('unknown')) return this.lookFor(run);
    if (!mayBegin(sending)) throw new WorkLater(SETTLED_REST_MS, 'nothing to send');
    const [{ isHeld, mayHaveLeft: mayBeCopied }, open, isAllowed] = await Promise.all([
      this.outbox.about(run.mail.queuedAt),
      this.accountOf(accountId, attempt),
      this.mayStillSend(accountId, sending),
    ]);
    if (isHeld) throw new WorkLater(LONGEST_REST_MS, 'the outbox is held');
    if (open === null) return write(run, (sent) => cancelIfPossible(sent, 'account-removed'));
    if (!isAllowed) return write(run, (sent) => cancelIfPossible(sent, 'access-lost'));
    const { notBefore, sendAt } = sending.request;
    const earlyMs = Math.max(Date.parse(sending.deferred?.until ?? notBefore) - Date.now(), 0);
    if (earlyMs > 0 && !sending.isConfirmed) throw new WorkLater(Math.min(earlyMs, LONGEST_REST_MS), 'not yet time');
    if (
      sendAt !== null &&
      sending.attempts === 0 &&
      !sending.isConfirmed &&
      Date.now() - Date.parse(sendAt) > OVERDUE_MS
    )
      return write(run, (sent) => hold(sent, 'overdue'));
    await this.send(run, open, mayBeCopied);
  }

  /** @param mayBeCopied look for a copy in Sent although this is the first attempt */
  private async send(run: Run, open: OpenAccount, mayBeCopied: boolean): Promise<void> {
    const { state, sent, mail, attempt } = run;
    const { accountId, sending } = sent;
    const { signal } = attempt;
    const { stored } = mail;
    if (stored === null) throw new WorkLater(LONGEST_REST_MS, 'the message was erased, or its bytes are missing');
    let credentials: Credentials;
    try {
      credentials = await this.logins.of(accountId, open);
    } catch (error) {
      return this.refused(run, error);
    }
    if (!mayHaveLeft(sending) && (await this.isRepeated(sent, open, stored, { signal, mayBeCopied })))
      return write(run, findCopy);
    const pace = limitsOf(open.settings);
    const kind = sending.request.purpose === 'autoreply' ? 'bulk' : 'own';
    const taken = await this.limits.take(accountId, pace, openRecipients(sending).length, kind);
    if (!taken.ok) throw new WorkLater(Math.max(taken.notBefore.getTime() - Date.now(), 1000), taken.why);
    if (!(await state.write(begin))) return;
    const running = state.sent?.sending.running;
    if (!running) return;
    reached('send.began');
    await this.attempts.run({ state, accountId, running, open, stored, credentials, signal });
  }

  /** No login is possible: held until the login of the account changes. */
  private async refused(run: Run, error: unknown): Promise<void> {
    const why = error instanceof Refused || error instanceof MailServerFailure ? whyHeld(error) : null;
    if (why) return write(run, (sent) => hold(sent, why));
    if (error instanceof MailServerFailure) throw new WorkLater(60_000, error.reason);
    throw error;
  }

  /** An account without an incoming server has no copy to look for. */
  private async lost(run: Run): Promise<void> {
    const open = await this.accountOf(run.sent.accountId, run.attempt);
    const canLook = open !== null && !open.settings.sendOnly;
    await write(run, (sent) => loseReply(sent, !canLook));
  }

  /** Looks for the copy of a message without a reply. Not found proves nothing: then a person decides. */
  private async lookFor(run: Run): Promise<void> {
    const { sent, mail, attempt } = run;
    const passedMs = Date.now() - mail.lostAt;
    const isLast = passedMs >= LOOKS_MS.at(-1)!;
    const open = await this.accountOf(sent.accountId, attempt);
    if (open === null || open.settings.sendOnly) return write(run, leaveToPerson);
    try {
      if (mail.stored && (await this.hasCopy(sent, open, mail.stored, attempt.signal)))
        return await write(run, findCopy);
    } catch (error) {
      if (attempt.signal.aborted || outageBehind(error) || !(error instanceof MailServerFailure)) throw error;
    }
    if (isLast) return write(run, leaveToPerson);
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

  private async open(messageId: string, attempt: Attempt): Promise<Run> {
    const mail = await this.mail.open(messageId);
    attempt.knows(mail.loaded.position);
    const state = new OutgoingState(this.decide, messageId, mail.loaded);
    const { sent } = state;
    if (sent === null) throw new WorkLater(SETTLED_REST_MS, 'nothing to send');
    return { sent, state, mail, attempt };
  }
}

async function write({ state }: Run, rule: (sent: Sent) => MessageEvent[]): Promise<void> {
  await state.write(rule);
}
