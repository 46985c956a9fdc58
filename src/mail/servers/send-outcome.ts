import { type Credentials, type FailureReason, MailServerFailure } from './servers.js';
import { type SmtpError, smtpFailure } from './smtp.js';
import { NOT_ASCII, type SpokenEnvelope } from './smtp-envelope.js';
import { isTemporary, isTooLarge, isTooManyRecipients, needsSignIn, replyOf, type SmtpReply } from './smtp-reply.js';

export interface Outcome {
  /** as it was given */
  address: string;
  result: 'accepted' | 'deferred' | 'refused';
  /** the answer that decided, in one line without secrets */
  reply: string;
  code: number;
  /** RFC 3463 */
  enhanced: string | null;
}

/** The server answered for every recipient. */
export interface Attempt {
  recipients: Outcome[];
  /** the last answer, in one line without secrets */
  response: string;
  /** the Message-ID, in angle brackets, by which Outlook or SES replaced the one of the message */
  messageIdOfServer: string | null;
}

/** The server gave no answer that decides for every recipient. */
export class SendFailed extends Error {
  /**
   * @param reached `before-final-dot`: the server does not have the message, a repetition is safe · `after-final-dot`:
   * the server may have it
   * @param during the step that failed
   * @param reply the answer that ended the attempt; null: the connection ended without one
   */
  constructor(
    readonly failure: MailServerFailure,
    readonly reached: 'before-final-dot' | 'after-final-dot',
    readonly during: 'login' | 'envelope' | 'data',
    readonly reply: SmtpReply | null,
  ) {
    super(failure.message, { cause: failure });
    this.name = 'SendFailed';
  }
}

export function attemptOf(spoken: SpokenEnvelope, replyTo: (address: string) => SmtpReply, last: SmtpReply): Attempt {
  const isOneOfMany = spoken.to.size > 1;
  const answered = [...spoken.to].map(([given, address]) => outcome(given, replyTo(address), isOneOfMany));
  const unspeakable = spoken.unspeakable.map((given) => outcome(given, NOT_ASCII, false));
  return { recipients: [...answered, ...unspeakable], response: last.line, messageIdOfServer: null };
}

function outcome(address: string, reply: SmtpReply, isOneOfMany: boolean): Outcome {
  const { line, code, enhanced } = reply;
  const isDeferred = isTemporary(reply) || (isOneOfMany && isTooManyRecipients(reply));
  const result = code >= 200 && code < 300 ? 'accepted' : isDeferred ? 'deferred' : 'refused';
  return { address, result, reply: line, code, enhanced };
}

export function refusedSender(reply: SmtpReply): SendFailed {
  const failure = new MailServerFailure(reasonOfSender(reply), reply.line, 'outgoing');
  return new SendFailed(failure, 'before-final-dot', 'envelope', reply);
}

function reasonOfSender(reply: SmtpReply): FailureReason {
  if (needsSignIn(reply)) return 'sign-in-needed';
  if (isTemporary(reply)) return 'temporarily-refused';
  return isTooLarge(reply) ? 'message-too-large' : 'sender-refused';
}

export function tooEarly(reply: SmtpReply): SendFailed {
  const words = 'the server answered before the end of the message';
  const failure = new MailServerFailure('refused-by-server', words, 'outgoing');
  return new SendFailed(failure, 'before-final-dot', 'data', reply);
}

export function failedBy(
  error: unknown,
  credentials: Credentials,
  { reached, during }: Pick<SendFailed, 'reached' | 'during'>,
): SendFailed {
  const { code, command, response } = error as SmtpError;
  const reply = response === undefined ? null : replyOf(response, credentials);
  // nodemailer compares the size with the one that the server offers.
  const isOverSize = code === 'EMESSAGE' && command === 'MAIL FROM' && reply === null;
  const failure = isOverSize
    ? new MailServerFailure('message-too-large', 'The message is larger than the outgoing server takes', 'outgoing')
    : reply && needsSignIn(reply)
      ? new MailServerFailure('sign-in-needed', reply.line, 'outgoing')
      : smtpFailure(error, credentials);
  return new SendFailed(failure, reached, during, reply);
}
