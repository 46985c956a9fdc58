import { ImapFlow } from 'imapflow';
import { type Dial, dial, tlsOptions } from './dial.js';
import { imapFailure } from './imap-failure.js';
import {
  type ConnectOptions,
  type Credentials,
  DEFAULT_TIMEOUT_MS,
  MailServerFailure,
  type ServerSettings,
} from './servers.js';

/** A message longer than this is read in pieces; a server that announces more in one piece is cut off. */
export const MAX_LITERAL_BYTES = 64 * 1024 * 1024;

/** An imapflow client that is logged in, and the one place in which its three ways of failing become one. */
export class ImapConnection {
  private fault: unknown;
  private closing = false;

  constructor(
    readonly client: ImapFlow,
    private readonly credentials: Credentials,
    private readonly signal: AbortSignal | undefined,
  ) {
    // Without a listener an error would end the process.
    client.on('error', (error: Error) => {
      this.fault ??= error;
      client.close();
    });
    const abort = (): void => client.close();
    signal?.addEventListener('abort', abort, { once: true });
    client.on('close', () => signal?.removeEventListener('abort', abort));
  }

  /** imapflow answers false or undefined where a command failed or could not be sent: that throws too. */
  async ask<T>(what: string, command: () => Promise<T | false | undefined | null>): Promise<T> {
    try {
      const answer = await command();
      if (answer !== false && answer !== undefined && answer !== null) return answer;
    } catch (error) {
      throw this.failure(error);
    }
    throw this.failure(new MailServerFailure(this.lost ? 'connection-lost' : 'refused-by-server', what, 'incoming'));
  }

  /** @returns MailServerFailure, or the reason of the signal once that is aborted */
  failure(error: unknown): unknown {
    if (this.signal?.aborted) return this.signal.reason;
    const failure = imapFailure(error, this.credentials);
    // A closed connection rejects its commands with "no connection"; why it was closed was said before.
    return failure.reason === 'connection-lost' && this.fault ? imapFailure(this.fault, this.credentials) : failure;
  }

  get lost(): boolean {
    return this.client.isClosed || !this.client.usable;
  }

  /** Says goodbye when the server listens; never fails, and takes a second at most. */
  async close(): Promise<void> {
    if (this.closing || this.lost) return this.client.close();
    this.closing = true;
    const cut = setTimeout(() => this.client.close(), 1000);
    await this.client.logout().catch(() => undefined);
    clearTimeout(cut);
    this.client.close();
  }
}

/** @throws MailServerFailure, or the reason of `options.signal` once that is aborted */
export function connectImap(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<ImapConnection> {
  const words = (error: unknown): MailServerFailure => imapFailure(error, credentials);
  return dial(settings, options, words, async ({ address, timeoutMs, signal }) => {
    const client = new ImapFlow({
      ...whom({ address, timeoutMs }, settings, credentials),
      socketTimeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      tls: tlsOptions(settings.host, options.ca),
    });
    const connection = new ImapConnection(client, credentials, options.signal);
    const giveUp = (): void => client.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await client.connect();
      return connection;
    } catch (error) {
      client.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  });
}

function whom(
  { address, timeoutMs }: Omit<Dial, 'signal'>,
  settings: ServerSettings,
  { login, ...secret }: Credentials,
) {
  return {
    host: address,
    port: settings.port,
    secure: settings.security === 'tls',
    ...(settings.security === 'tls' ? {} : { doSTARTTLS: settings.security === 'starttls' }),
    auth: { user: login, ...('password' in secret ? { pass: secret.password } : secret) },
    clientInfo: { name: 'Mailroom', version: false, vendor: 'Mailroom', 'support-url': false, date: false } as const,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    logger: false as const,
    disableAutoIdle: true,
    disableCompression: true,
    // IMAP4rev2 answers SEARCH with ESEARCH, which imapflow cuts at the number of messages it believes in.
    disableIMAP4rev2: true,
    maxLiteralSize: MAX_LITERAL_BYTES,
    maxResponseSize: MAX_LITERAL_BYTES + 16 * 1024 * 1024,
    maxLineLength: MAX_LITERAL_BYTES,
  };
}
