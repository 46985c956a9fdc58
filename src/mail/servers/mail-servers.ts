import { type Imap, openMailbox, tryIncomingLogin } from './imap.js';
import type { OutboundGuard } from './outbound-guard.js';
import type { OutgoingMessage } from './outgoing-connection.js';
import { OutgoingSessions } from './outgoing-sessions.js';
import type { ConnectOptions, Credentials, ServerSettings } from './servers.js';
import { MailServerFailure } from './servers.js';
import { tryLogin } from './smtp.js';
import { sendByServer, type SentAttempt } from './smtp-sending.js';

export interface ServersToTry {
  /** null: the account only sends */
  incoming: ServerSettings | null;
  outgoing: ServerSettings;
}

export interface ServerFailures {
  incoming: MailServerFailure | undefined;
  outgoing: MailServerFailure | undefined;
}

const TRY_MS = 20_000;

/** Access to any mail server, through the guard. */
export class MailServers {
  private readonly options: Pick<ConnectOptions, 'guard' | 'ca'>;
  private readonly sessions = new OutgoingSessions();

  /** @param ca PEM certificates to trust beside the well-known authorities */
  constructor(guard: OutboundGuard, ca?: string) {
    this.options = { guard, ...(ca === undefined ? {} : { ca }) };
  }

  /** The first failure, incoming before outgoing; undefined when both servers accept the login. */
  async tryLogins(servers: ServersToTry, credentials: Credentials): Promise<MailServerFailure | undefined> {
    const { incoming, outgoing } = await this.tryEach(servers, credentials);
    return incoming ?? outgoing;
  }

  /** Tries the login at both servers in parallel; undefined for a server that accepts it. */
  async tryEach({ incoming, outgoing }: ServersToTry, credentials: Credentials): Promise<ServerFailures> {
    const options = { ...this.options, timeoutMs: TRY_MS };
    const [failedIncoming, failedOutgoing] = await Promise.all([
      incoming ? failureOf(tryIncomingLogin(incoming, credentials, options)) : undefined,
      failureOf(tryLogin(outgoing, credentials, options)),
    ]);
    return { incoming: failedIncoming, outgoing: failedOutgoing };
  }

  /** Paths of the folders that can hold messages. @throws MailServerFailure, also when the whole takes over 20 s */
  async folders(incoming: ServerSettings, credentials: Credentials): Promise<string[]> {
    const deadline = AbortSignal.timeout(TRY_MS);
    try {
      const imap = await openMailbox(incoming, credentials, { ...this.options, timeoutMs: TRY_MS, signal: deadline });
      try {
        return (await imap.folders()).filter(({ selectable }) => selectable).map(({ path }) => path);
      } finally {
        await imap.close();
      }
    } catch (error) {
      if (!deadline.aborted) throw error;
      throw new MailServerFailure('timed-out', `no answer within ${TRY_MS / 1000} s`, 'incoming');
    }
  }

  /** @throws MailServerFailure */
  open(incoming: ServerSettings, credentials: Credentials, signal: AbortSignal): Promise<Imap> {
    return openMailbox(incoming, credentials, { ...this.options, signal });
  }

  /** One attempt to send a message. @throws as `sendByServer` */
  send(
    outgoing: ServerSettings,
    credentials: Credentials,
    message: OutgoingMessage,
    signal: AbortSignal,
  ): Promise<SentAttempt> {
    return sendByServer(outgoing, credentials, message, { ...this.options, signal }, this.sessions);
  }

  /** Ends the sessions that wait for another message. */
  endSessions(): void {
    this.sessions.close();
  }
}

const failureOf = (login: Promise<void>): Promise<MailServerFailure | undefined> =>
  login.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof MailServerFailure) return error;
      throw error;
    },
  );
