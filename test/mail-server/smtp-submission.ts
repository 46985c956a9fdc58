import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream } from 'smtp-server';
import type { ImapContext } from './imap-session.js';

export interface Submission {
  from: string;
  to: string[];
  /** The message as the client sent it. */
  raw: Buffer;
}

/** The SMTP server for submissions. Only users with a mailbox may send; `accept` gets each accepted message. */
export function submissionServer(context: ImapContext, accept: (submission: Submission) => void): SMTPServer {
  return new SMTPServer({
    banner: 'Mailroom demo',
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      if (context.logIn(username ?? '', password ?? '')) done(null, { user: username });
      else done(smtpError(535, 'Login or password is wrong'));
    },
    onRcptTo({ address }, _session, done) {
      const code = context.faults.refusedRecipients.get(address.toLowerCase());
      done(code ? smtpError(code, 'Recipient refused') : null);
    },
    onData(stream, { envelope }, done) {
      void whole(stream).then((raw) => {
        accept({ from: addressOf(envelope.mailFrom), to: envelope.rcptTo.map(addressOf), raw });
        done(null);
      }, done);
    },
  });
}

async function whole(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const addressOf = (given: SMTPServerAddress | false) => (given ? given.address : '');

function smtpError(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
