import { ImapFlow } from 'imapflow';
import { type Dial, dial, tlsOptions } from './dial.js';
import { ImapConnection } from './imap-connection.js';
import { imapFailure } from './imap-failure.js';
import {
  type ConnectOptions,
  type Credentials,
  DEFAULT_TIMEOUT_MS,
  type MailServerFailure,
  type ServerSettings,
} from './servers.js';
import { orWhatAnswers } from './what-answers.js';

/** Maximum length of one literal. Longer messages are read in pieces; a longer announcement ends the connection. */
const MAX_LITERAL_BYTES = 64 * 1024 * 1024;
/** Maximum length of a line without literals, and of tokens in a response: imapflow parses a response in one turn. */
const MAX_LINE_BYTES = 2 * 1024 * 1024;
const MAX_RESPONSE_TOKENS = 100_000;

/** @throws MailServerFailure, or the reason of `options.signal` after its abort */
export function connectImap(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<ImapConnection> {
  let latest: ImapConnection | undefined;
  return orWhatAnswers('incoming', settings, options, {
    hasHeard: () => (latest?.client.stats().received ?? 0) > 0,
    connect: (signal) => logIn(settings, credentials, { ...options, signal }, (connection) => (latest = connection)),
  });
}

function logIn(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
  onConnection: (connection: ImapConnection) => void,
): Promise<ImapConnection> {
  const toFailure = (error: unknown): MailServerFailure => imapFailure(error, credentials);
  return dial(settings, options, toFailure, async ({ address, timeoutMs, signal }) => {
    const client = new ImapFlow({
      ...clientOptions({ address, timeoutMs }, settings, credentials),
      socketTimeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      tls: tlsOptions(settings.host, options.ca),
    });
    const connection = new ImapConnection(client, credentials, options.signal, options.stalledMs);
    onConnection(connection);
    const giveUp = (): void => client.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await client.connect();
      return connection;
    } catch (error) {
      client.close();
      throw connection.failure(error);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  });
}

/**
 * iCloud enables QRESYNC without saying so (no ENABLED), sends VANISHED in another form, and wrong numbers of messages
 * in FETCH; other mail programs therefore showed mail as deleted. Without QRESYNC its answers are right.
 */
export const trustsQresync = (host: string): boolean => !/(^|\.)(mail\.me|icloud)\.com\.?$/i.test(host);

function clientOptions(
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
    // IMAP4rev2 answers SEARCH with ESEARCH, and imapflow cuts that at its own, possibly outdated, message count.
    disableIMAP4rev2: true,
    // Enabled at the login, in the same command as CONDSTORE: later, with a folder open, ENABLE is not allowed.
    qresync: trustsQresync(settings.host),
    maxLiteralSize: MAX_LITERAL_BYTES,
    maxResponseSize: MAX_LITERAL_BYTES + 16 * 1024 * 1024,
    maxLineLength: MAX_LINE_BYTES,
    maxResponseTokens: MAX_RESPONSE_TOKENS,
  };
}
