import { type Imap, openMailbox, tryIncomingLogin } from './imap.js';
import type { OutboundGuard } from './outbound-guard.js';
import type { ConnectOptions, Credentials, ServerSettings } from './servers.js';
import { MailServerFailure } from './servers.js';
import { tryLogin } from './smtp.js';

export interface ServersToTry {
  /** null: only sends */
  incoming: ServerSettings | null;
  outgoing: ServerSettings;
}

export interface ServerFailures {
  incoming: MailServerFailure | undefined;
  outgoing: MailServerFailure | undefined;
}

const TRY_MS = 20_000;

/** The mail servers of the world, behind the guard. */
export class MailServers {
  private readonly options: Pick<ConnectOptions, 'guard' | 'ca'>;

  /** @param ca PEM to trust beside the well-known authorities */
  constructor(guard: OutboundGuard, ca?: string) {
    this.options = { guard, ...(ca === undefined ? {} : { ca }) };
  }

  /** The first failure, incoming before outgoing; undefined when both took the login. Both are tried at once. */
  async tryLogins(servers: ServersToTry, credentials: Credentials): Promise<MailServerFailure | undefined> {
    const { incoming, outgoing } = await this.tryEach(servers, credentials);
    return incoming ?? outgoing;
  }

  /** What either has against the login: both are tried at once. */
  async tryEach({ incoming, outgoing }: ServersToTry, credentials: Credentials): Promise<ServerFailures> {
    const options = { ...this.options, timeoutMs: TRY_MS };
    const [failedIncoming, failedOutgoing] = await Promise.all([
      incoming ? failureOf(tryIncomingLogin(incoming, credentials, options)) : undefined,
      failureOf(tryLogin(outgoing, credentials, options)),
    ]);
    return { incoming: failedIncoming, outgoing: failedOutgoing };
  }

  /** Paths of the folders that can hold messages. @throws MailServerFailure, also when listing takes too long */
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
}

const failureOf = (tried: Promise<void>): Promise<MailServerFailure | undefined> =>
  tried.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof MailServerFailure) return error;
      throw error;
    },
  );
