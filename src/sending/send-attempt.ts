import { Injectable } from '@nestjs/common';
import type { OpenAccount } from '../accounts/account.fold.js';
import { ConnectionNews } from '../accounts/connection/connection-news.js';
import { MailLogins } from '../accounts/sign-in/mail-logins.js';
import { MailServers } from '../mail/servers/mail-servers.js';
import { type Credentials, MailServerFailure } from '../mail/servers/servers.js';
import { SendFailed } from '../mail/servers/send-outcome.js';
import type { SentAttempt as Replies } from '../mail/servers/smtp-sending.js';
import { sentAddress } from '../mail/writing/recipients.js';
import { MessageKeys } from '../messages/message-keys.js';
import { Refused } from '../platform/domain.js';
import { outageBehind } from '../platform/followers/outages.js';
import { reached } from '../platform/steps.js';
import { limitsOf, SendLimits } from './limits/send-limits.js';
import { OutgoingMail, type StoredMail } from './outgoing-mail.js';
import type { OutgoingState } from './outgoing-state.js';
import { hold, loseReply, reachDot, recordOutcomes } from './sending.decider.js';

/** Time for the reply to a final dot once the process stops. */
const REPLY_AT_END_MS = 10_000;

/** A message that has begun, with all that its attempt needs. */
export interface Begun {
  state: OutgoingState;
  accountId: string;
  running: { attempt: number; recipients: readonly number[] };
  open: OpenAccount;
  stored: StoredMail;
  credentials: Credentials;
  signal: AbortSignal;
}

/** One attempt of a message that has begun: from the login to the record of the reply about each recipient. */
@Injectable()
export class SendAttempt {
  constructor(
    private readonly logins: MailLogins,
    private readonly servers: MailServers,
    private readonly connection: ConnectionNews,
    private readonly mail: OutgoingMail,
    private readonly keys: MessageKeys,
    private readonly limits: SendLimits,
  ) {}

  /** @throws the error of an outage; the reason of the signal before the final dot */
  async run(begun: Begun): Promise<void> {
    const { state, open, stored, signal, running } = begun;
    const { attempt, recipients } = running;
    let dotReached = false;
    const beforeFinalDot = async (): Promise<void> => {
      reached('send.before-dot');
      const isRecorded = await state.write((sent) => reachDot(sent, attempt));
      // The message was erased while it was on its way.
      if (!isRecorded) throw new Refused('message-not-found', 'not-found');
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
      replies = await this.sendFromAny(begun, mail, patient);
    } catch (error) {
      if (outageBehind(error)) throw error;
      const mayHave = error instanceof SendFailed ? error.reached === 'after-final-dot' : dotReached;
      if (mayHave) return void (await state.write((sent) => loseReply(sent, open.settings.sendOnly)));
      if (signal.aborted) throw error;
      return this.failed(begun, error);
    }
    reached('send.replied');
    await this.record(begun, replies);
  }

  private async record({ state, accountId, open, stored, running }: Begun, replies: Replies): Promise<void> {
    const { attempt, recipients } = running;
    const byAddress = new Map(recipients.map((n) => [stored.envelope.addresses[n]!, n]));
    const outcomes = replies.recipients.map(({ address, result, reply, code, enhanced }) => ({
      recipient: byAddress.get(address)!,
      result,
      reply,
      code: enhanced ?? String(code),
      reason: null,
    }));
    const givenId = replies.messageIdOfServer;
    const given = givenId === null ? null : { givenId, sentKey: this.keys.sent(accountId, givenId) };
    await state.write((sent) => recordOutcomes(sent, attempt, outcomes, { at: new Date(), given }));
    reached('send.recorded');
    for (const each of replies.recipients) await this.limits.yielded(accountId, limitsOf(open.settings), each);
    if (replies.loggedIn) await this.connection.accepted(accountId, open, state.origin);
  }

  /** Some servers take no null reverse-path from users: then a reply leaves under the own address (RFC 3834 §3.3). */
  private async sendFromAny(
    begun: Begun,
    mail: Parameters<MailServers['send']>[2],
    signal: AbortSignal,
  ): Promise<Replies> {
    const send = (from: string): Promise<Replies> =>
      this.trySend(begun, { ...mail, envelope: { ...mail.envelope, from } }, signal);
    if (mail.envelope.from !== '') return send(mail.envelope.from);
    const own = sentAddress(begun.open.settings.address);
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
    { accountId, open, credentials }: Begun,
    mail: Parameters<MailServers['send']>[2],
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
  private async failed({ state, accountId, open, running }: Begun, error: unknown): Promise<void> {
    const { attempt, recipients } = running;
    const failure = error instanceof SendFailed ? error.failure : error;
    if (!(failure instanceof MailServerFailure) && !(failure instanceof Refused)) throw error;
    const during = error instanceof SendFailed ? error.during : 'login';
    if (failure instanceof MailServerFailure && during === 'login')
      await this.connection.failed(accountId, open, failure, state.origin);
    const why = whyHeld(failure);
    if (why) return void (await state.write((sent) => hold(sent, why)));
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
    await state.write((sent) => recordOutcomes(sent, attempt, outcomes, { at: new Date(), given: null }));
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
export function whyHeld({ reason }: { reason: string }): 'login-refused' | 'sign-in-needed' | null {
  if (reason === 'sign-in-needed') return 'sign-in-needed';
  return reason === 'login-refused' || reason === 'password-needed' ? 'login-refused' : null;
}
