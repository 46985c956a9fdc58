import { setImmediate as nextTurn } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { ImapResponse } from 'imapflow/lib/handler/types.js';
import { type Dial, dial, tlsOptions } from './dial.js';
import { imapFailure } from './imap-failure.js';
import {
  type ConnectOptions,
  type Credentials,
  DEFAULT_TIMEOUT_MS,
  MailServerFailure,
  type ServerSettings,
  STALLED_MS,
} from './servers.js';

export type UntaggedResponse = Pick<ImapResponse, 'attributes' | 'numbers'>;

/** Undeclared members of imapflow; `imap.spec.ts` notices a change. */
interface ImapInternals {
  exec(
    command: string,
    attributes: readonly unknown[],
    options: { untagged: Record<string, (response: UntaggedResponse) => void> },
  ): Promise<{ next(): void }>;
  streamer: { processInputChunk(chunk: Buffer): Promise<void> };
  /** by path */
  folders: Map<string, object>;
  /** imapflow puts this prefix before the path of a folder to open that does not begin with it */
  namespace?: { prefix: string; delimiter: string };
}

/** Maximum length of one literal. Longer messages are read in pieces; a longer announcement ends the connection. */
const MAX_LITERAL_BYTES = 64 * 1024 * 1024;
/** Maximum length of a line without literals, and of tokens in a response: imapflow parses a response in one turn. */
const MAX_LINE_BYTES = 2 * 1024 * 1024;
const MAX_RESPONSE_TOKENS = 100_000;
/** Maximum bytes of all responses to one command; the largest answer is a list of 10,000 folders with long paths. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const BOUND_LOOK_MS = 100;

/**
 * A logged-in imapflow client. imapflow fails in three ways (an `error` event, a rejection, a `false` answer);
 * only this class turns them into MailServerFailure.
 */
export class ImapConnection {
  private firstError: unknown;
  private closing = false;

  constructor(
    readonly client: ImapFlow,
    private readonly credentials: Credentials,
    private readonly signal: AbortSignal | undefined,
    private readonly stalledMs = STALLED_MS,
  ) {
    this.parseInTurns();
    // Without a listener an `error` event would end the process.
    client.on('error', (error: Error) => {
      this.firstError ??= error;
      client.close();
    });
    const abort = (): void => client.close();
    signal?.addEventListener('abort', abort, { once: true });
    client.on('close', () => signal?.removeEventListener('abort', abort));
  }

  /**
   * Runs a command. imapflow answers false, undefined or null for a command that failed or was not sent; this throws.
   * @param failed words for people about such a failure
   */
  async ask<T>(failed: string, command: () => Promise<T | false | undefined | null>): Promise<T> {
    const end = this.bound(MAX_ANSWER_BYTES);
    try {
      const answer = await this.inTime(command());
      if (answer !== false && answer !== undefined && answer !== null) return answer;
    } catch (error) {
      throw this.failure(error);
    } finally {
      end();
    }
    throw this.failure(new MailServerFailure(this.lost ? 'connection-lost' : 'refused-by-server', failed, 'incoming'));
  }

  /**
   * Runs a command of which imapflow itself would collect the untagged responses without a usable bound.
   * @param on a function for each kind of response; an error that it throws closes the connection and rejects, because
   * a server that sends too much cannot be stopped otherwise
   */
  async command(
    name: string,
    attributes: readonly unknown[],
    on: Record<string, (response: UntaggedResponse) => void>,
    maxBytes = MAX_ANSWER_BYTES,
  ): Promise<void> {
    let thrown: { error: unknown } | undefined;
    const guarded = (take: (response: UntaggedResponse) => void) => (response: UntaggedResponse) => {
      if (thrown) return;
      try {
        take(response);
      } catch (error) {
        thrown = { error };
        this.client.close();
      }
    };
    const untagged = Object.fromEntries(Object.entries(on).map(([kind, take]) => [kind, guarded(take)]));
    const end = this.bound(maxBytes);
    try {
      (await this.inTime(this.internals.exec(name, attributes, { untagged }))).next();
    } catch (error) {
      throw thrown ? thrown.error : this.failure(error);
    } finally {
      end();
    }
  }

  /**
   * Closes the connection once the server has sent more than this: lines that nobody asked for would keep it alive.
   * @returns a function that ends the bound
   */
  bound(maxBytes: number): () => void {
    const last = this.client.stats().received + maxBytes;
    const look = setInterval(() => {
      if (this.client.stats().received <= last) return;
      this.firstError ??= new MailServerFailure('refused-by-server', 'The server sends without an end', 'incoming');
      this.client.close();
    }, BOUND_LOOK_MS).unref();
    return () => clearInterval(look);
  }

  /** Closes the connection when this takes too long: a server that only shows signs of life would hold it for ever. */
  async inTime<T>(answer: Promise<T>): Promise<T> {
    const stall = setTimeout(() => {
      const minutes = `no answer to a command within ${Math.ceil(this.stalledMs / 60_000)} minutes`;
      this.firstError ??= new MailServerFailure('stalled', minutes, 'incoming');
      this.client.close();
    }, this.stalledMs);
    try {
      return await answer;
    } finally {
      clearTimeout(stall);
    }
  }

  /** imapflow parses ten chunks of bytes in one turn of the event loop, and many short lines make that turn long. */
  private parseInTurns(): void {
    const { streamer } = this.internals;
    const parse = streamer.processInputChunk.bind(streamer);
    streamer.processInputChunk = async (chunk) => {
      await parse(chunk);
      await nextTurn();
    };
  }

  /** Tells imapflow that a folder exists. Otherwise imapflow lists the folder, without a bound, before it opens it. */
  knowFolder(path: string): void {
    if (this.internals.namespace) this.internals.namespace = { ...this.internals.namespace, prefix: '' };
    if (!this.internals.folders.has(path)) this.internals.folders.set(path, { path });
  }

  private get internals(): ImapInternals {
    return this.client as unknown as ImapInternals;
  }

  /** @returns MailServerFailure, or the reason of the signal after its abort */
  failure(error: unknown): unknown {
    if (this.signal?.aborted) return this.signal.reason;
    const failure = imapFailure(error, this.credentials);
    // On a closed connection commands reject with "no connection"; the cause is the earlier `error` event.
    return failure.reason === 'connection-lost' && this.firstError
      ? imapFailure(this.firstError, this.credentials)
      : failure;
  }

  get lost(): boolean {
    return this.client.isClosed || !this.client.usable;
  }

  /** Sends LOGOUT if the connection is alive. Never fails; takes at most one second. */
  async close(): Promise<void> {
    if (this.closing || this.lost) return this.client.close();
    this.closing = true;
    const cut = setTimeout(() => this.client.close(), 1000);
    await this.client.logout().catch(() => undefined);
    clearTimeout(cut);
    this.client.close();
  }
}

/** @throws MailServerFailure, or the reason of `options.signal` after its abort */
export function connectImap(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<ImapConnection> {
  const toFailure = (error: unknown): MailServerFailure => imapFailure(error, credentials);
  return dial(settings, options, toFailure, async ({ address, timeoutMs, signal }) => {
    const client = new ImapFlow({
      ...clientOptions({ address, timeoutMs }, settings, credentials),
      socketTimeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      tls: tlsOptions(settings.host, options.ca),
    });
    const connection = new ImapConnection(client, credentials, options.signal, options.stalledMs);
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
    maxLiteralSize: MAX_LITERAL_BYTES,
    maxResponseSize: MAX_LITERAL_BYTES + 16 * 1024 * 1024,
    maxLineLength: MAX_LINE_BYTES,
    maxResponseTokens: MAX_RESPONSE_TOKENS,
  };
}
