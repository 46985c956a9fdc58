import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { harmless } from './echoes.js';
import { type MessageData, MessageSource } from './message-source.js';
import { type Attempt, attemptOf, failedBy, refusedSender, SendFailed, tooEarly } from './send-outcome.js';
import { type ConnectOptions, type Credentials, DEFAULT_TIMEOUT_MS, MailServerFailure, STALLED_MS } from './servers.js';
import type { ServerSettings } from './servers.js';
import { connectionOptions, openSocket, type SmtpError } from './smtp.js';
import { canSend, type Envelope, NOT_ASCII, speak, type SpokenEnvelope } from './smtp-envelope.js';
import { type Extension, forgo, offers } from './smtp-internals.js';
import { isRefusal, needsSignIn, replyOf, type SmtpReply } from './smtp-reply.js';

export interface OutgoingMessage extends MessageData {
  envelope: Envelope;
  /** of the message in bytes */
  size: number;
  /** The message has bytes above 127. The server learns so if it offers 8BITMIME. Default false. */
  eightBit?: boolean;
}

export interface SendOptions extends ConnectOptions {
  /** ms in which the server takes a block of the message; default `BLOCK_MS` */
  blockMs?: number;
  /** ms for the answer to the final dot; default `FINAL_REPLY_MS` */
  finalReplyMs?: number;
}

/** RFC 5321 §4.5.3.2: an answer to the final dot that is not waited for doubles mail. */
const FINAL_REPLY_MS = 10 * 60_000;
const BLOCK_MS = 3 * 60_000;
/** Share of `stalledMs` that each further recipient may take. */
const PER_RECIPIENT = 0.1;
/** EHLO answers have a few hundred bytes, the longest replies a few thousand. */
const LONGEST_REPLY = 64 * 1024;
const QUIT_MS = 5000;
const LONGEST_MESSAGE_ID = 998;

/** @throws SendFailed; the reason of `options.signal` after its abort */
export async function openOutgoing(
  settings: ServerSettings,
  credentials: Credentials,
  options: SendOptions,
): Promise<OutgoingConnection> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const begun = Date.now();
  let connection: OutgoingConnection | undefined;
  try {
    const socket = await openSocket(settings, credentials, options);
    const smtp = new SMTPConnection({
      ...connectionOptions(settings, options),
      connection: socket,
      // The limits of this file are shorter.
      socketTimeout: 2 * (options.finalReplyMs ?? FINAL_REPLY_MS),
      maxResponseSize: LONGEST_REPLY,
      socketCloseTimeout: 0,
    });
    connection = new OutgoingConnection(smtp, credentials, options);
    await connection.logIn(Math.max(1, begun + timeoutMs - Date.now()));
    return connection;
  } catch (error) {
    connection?.destroy();
    options.signal?.throwIfAborted();
    throw failedBy(error, credentials, { reached: 'before-final-dot', during: 'login' });
  }
}

/** A connection that is logged in at an outgoing server. It sends one message after another. */
export class OutgoingConnection {
  private isOpen = true;

  constructor(
    private readonly smtp: SMTPConnection,
    private readonly credentials: Credentials,
    private readonly options: SendOptions,
  ) {
    // An error without a listener would end the process.
    smtp.on('error', () => undefined);
    smtp.once('end', () => (this.isOpen = false));
  }

  /** False after a loss, after a failure, and after `close`. */
  get isUsable(): boolean {
    return this.isOpen;
  }

  async logIn(timeoutMs: number): Promise<void> {
    await this.exchange(this.options.signal, async (limit) => {
      limit(timeoutMs);
      await called<unknown>((done) => this.smtp.connect(done));
      const { login } = this.credentials;
      const auth =
        'password' in this.credentials
          ? { credentials: { user: login, pass: this.credentials.password } }
          : { oauth2: new XOAuth2({ user: login, accessToken: this.credentials.accessToken }) };
      await called<unknown>((done) => this.smtp.login({ user: login, ...auth }, done));
    });
  }

  /** Later messages do without these extensions. */
  forgo(extensions: readonly Extension[]): void {
    forgo(this.smtp, extensions);
  }

  /**
   * Sends one message. Any trouble closes the connection.
   * @param signal ends this message, and the connection with it
   * @throws SendFailed; the error of `bytes` or `beforeFinalDot`; before the final dot, the reason of the signal
   */
  async send(message: OutgoingMessage, signal?: AbortSignal): Promise<Attempt> {
    const takesUtf8 = offers(this.smtp, 'SMTPUTF8');
    const spoken = speak(message.envelope, takesUtf8);
    if (!canSend(spoken, takesUtf8)) throw refusedSender(NOT_ASCII);
    if (spoken.to.size === 0) return attemptOf(spoken, () => NOT_ASCII, NOT_ASCII);
    const envelope: TrackedEnvelope = {
      from: spoken.from,
      to: [...new Set(spoken.to.values())],
      size: message.size,
      use8BitMime: message.eightBit ?? false,
      accepted: [],
      rejectedErrors: [],
    };
    const { source, sent } = this.transmit(envelope, message, signal);
    try {
      const { response, serverMessageId } = await sent;
      const reply = replyOf(response, this.credentials);
      if (source.stage !== 'dot') throw tooEarly(reply);
      const attempt = attemptOf(spoken, this.repliesIn(envelope, reply), reply);
      return { ...attempt, messageIdOfServer: this.messageId(serverMessageId) };
    } catch (error) {
      this.destroy();
      await source.settled();
      if (source.failure) throw source.failure.error;
      return this.decided(error, spoken, envelope, { stage: source.stage, signal });
    }
  }

  /** Says QUIT, and does not wait for the answer. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.smtp.quit();
    const limit = setTimeout(() => this.smtp.close(), QUIT_MS);
    this.smtp.once('end', () => clearTimeout(limit));
  }

  /** Ends the connection at once: nothing more is written. */
  destroy(): void {
    this.isOpen = false;
    this.smtp.close();
  }

  private transmit(envelope: TrackedEnvelope, message: OutgoingMessage, signal: AbortSignal | undefined) {
    const { stalledMs = STALLED_MS, blockMs = BLOCK_MS, finalReplyMs = FINAL_REPLY_MS } = this.options;
    let limit: Limit = () => undefined;
    // No limit for the mark: it is ours.
    const limits = { block: blockMs, mark: null, dot: finalReplyMs };
    const source = new MessageSource(message, (next) => limit(limits[next]));
    const sent = this.exchange(signal, async (given) => {
      limit = given;
      limit(stalledMs * (1 + PER_RECIPIENT * envelope.to.length));
      return await called<SMTPConnection.SentMessageInfo & { serverMessageId?: string }>((done) =>
        this.smtp.send(envelope, source.stream, done),
      );
    });
    return { source, sent };
  }

  /** The outcome if an answer decided for every recipient. @throws SendFailed otherwise */
  private decided(
    error: unknown,
    spoken: SpokenEnvelope,
    envelope: TrackedEnvelope,
    { stage, signal }: { stage: MessageSource['stage']; signal: AbortSignal | undefined },
  ): Attempt {
    if (error instanceof SendFailed) throw error;
    const { command, response } = error as SmtpError;
    const reply = response === undefined ? null : replyOf(response, this.credentials);
    if (reply && command === 'MAIL FROM') throw refusedSender(reply);
    const isComplete = envelope.accepted.length + envelope.rejectedErrors.length === envelope.to.length;
    if (reply && isRefusal(reply) && isComplete && !needsSignIn(reply))
      return attemptOf(spoken, this.repliesIn(envelope, reply), reply);
    const reached = stage === 'dot' && !(reply && isRefusal(reply)) ? 'after-final-dot' : 'before-final-dot';
    if (reached === 'before-final-dot') signal?.throwIfAborted();
    throw failedBy(error, this.credentials, { reached, during: stage === 'envelope' ? 'envelope' : 'data' });
  }

  /** The answer for each spoken address; `last` counts for those that RCPT accepted. */
  private repliesIn(envelope: TrackedEnvelope, last: SmtpReply): (address: string) => SmtpReply {
    const refused = new Map(
      envelope.rejectedErrors.map(({ recipient, response }) => [recipient, replyOf(response ?? '', this.credentials)]),
    );
    return (address) => refused.get(address) ?? last;
  }

  private messageId(given: string | undefined): string | null {
    if (given === undefined || given.length > LONGEST_MESSAGE_ID) return null;
    return harmless(given, this.credentials) === given ? given : null;
  }

  /** Runs one exchange. It rejects at its limit, at an abort and when the connection breaks. */
  private async exchange<T>(signal: AbortSignal | undefined, run: (limit: Limit) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    let giveUp!: (error: unknown) => void;
    const broken = new Promise<never>((_, reject) => (giveUp = reject));
    let isOver = false;
    const limit: Limit = (ms) => {
      clearTimeout(timer);
      if (ms !== null && !isOver) timer = setTimeout(() => giveUp(timedOut(ms)), ms);
    };
    const abort = (): void => giveUp(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.smtp.once('error', giveUp);
    try {
      return await Promise.race([run(limit), broken]);
    } finally {
      clearTimeout(timer);
      isOver = true;
      signal?.removeEventListener('abort', abort);
      this.smtp.removeListener('error', giveUp);
    }
  }
}

type Limit = (ms: number | null) => void;

/** nodemailer writes the results of its commands into the envelope that it is given. */
interface TrackedEnvelope {
  from: string;
  to: string[];
  size: number;
  use8BitMime: boolean;
  accepted: string[];
  rejectedErrors: (SmtpError & { recipient?: string })[];
}

function called<T>(start: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result as T))));
}

const timedOut = (ms: number): MailServerFailure =>
  new MailServerFailure('timed-out', `no answer within ${ms / 1000} s`, 'outgoing');
