import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';
import { imapFailure } from './imap-failure.js';
import {
  countVanished,
  type ImapInternals,
  internalsOf,
  parseInTurns,
  readToTheEnd,
  type RowTaken,
  type TaggedResponse,
  type UntaggedResponse,
} from './imap-internals.js';
import { otherProtocol } from './spoken-protocol.js';
import { type Credentials, MailServerFailure, STALLED_MS } from './servers.js';

/** Maximum bytes of all responses to one command; the largest answer is a list of 10,000 folders with long paths. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Events of imapflow for news of the open folder. */
export const NEWS = ['exists', 'expunge', 'flags'] as const;
const MAX_UNASKED_ROWS = 10_000;
const BOUND_LOOK_MS = 100;

/**
 * A logged-in imapflow client. imapflow fails in three ways (an `error` event, a rejection, a `false` answer);
 * only this class turns them into MailServerFailure.
 */
export class ImapConnection {
  private firstError: unknown;
  private closing = false;
  /** Number of changes of the open folder (EXISTS, EXPUNGE, VANISHED, FETCH) that the server told unasked. */
  told = 0;

  constructor(
    readonly client: ImapFlow,
    private readonly credentials: Credentials,
    private readonly signal: AbortSignal | undefined,
    private readonly stalledMs = STALLED_MS,
  ) {
    parseInTurns(client, (greeting) => this.refuseOtherProtocols(greeting));
    readToTheEnd(client, (error) => (this.firstError ??= error));
    countVanished(client);
    // Without a listener an `error` event would end the process.
    client.on('error', (error: Error) => {
      this.firstError ??= error;
      client.close();
    });
    for (const event of NEWS) client.on(event, () => (this.told += 1));
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
  ): Promise<TaggedResponse> {
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
      const answer = await this.inTime(this.internals.exec(name, attributes, { untagged }));
      answer.next();
      return answer.response;
    } catch (error) {
      throw thrown ? thrown.error : this.failure(error);
    } finally {
      end();
    }
  }

  /**
   * Rows of one FETCH as they arrive. Back-pressure: the next row is read once the caller asks for it. All rows that
   * arrived before the end of the connection come before its error. The server has `stalledMs` for all rows together,
   * and may send some more rows than the command asks for, because flags that change come as rows too.
   * @param asked number of messages in `set`
   */
  async *rows(
    set: string,
    query: FetchQueryObject,
    asked: number,
    maxBytes: number,
  ): AsyncIterable<FetchMessageObject> {
    const arrived: { row?: FetchMessageObject; taken?: RowTaken; error?: unknown }[] = [];
    let wake = (): void => undefined;
    const add = (one: (typeof arrived)[number]): void => {
      arrived.push(one);
      wake();
    };
    let isOver = false;
    const onUntaggedFetch = (row: FetchMessageObject, taken: RowTaken): void =>
      isOver ? taken() : add({ row, taken });
    const arrival = (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
        if (arrived.length > 0) resolve();
      });
    const end = this.bound(maxBytes);
    let leftRows = asked + MAX_UNASKED_ROWS;
    let leftMs = this.stalledMs;
    try {
      this.internals.run('FETCH', set, query, { uid: true, onUntaggedFetch }).then(
        () => add({}),
        (error: unknown) => add({ error }),
      );
      for (;;) {
        const began = performance.now();
        await this.inTime(arrival(), leftMs);
        leftMs -= performance.now() - began;
        const { row, taken, error } = arrived.shift()!;
        if (error !== undefined) throw this.failure(error);
        if (!row) return;
        leftRows -= 1;
        if (leftRows < 0) throw this.failure(this.endWithoutEnd());
        try {
          yield row;
        } finally {
          taken!();
        }
      }
    } finally {
      isOver = true;
      for (const { taken } of arrived) taken?.();
      end();
    }
  }

  /**
   * Closes the connection once the server has sent more than this: lines that nobody asked for would keep it alive.
   * @returns a function that ends the bound
   */
  bound(maxBytes: number, lookMs = BOUND_LOOK_MS): () => void {
    const last = this.client.stats().received + maxBytes;
    const look = setInterval(() => {
      if (this.client.stats().received <= last) return;
      this.endWithoutEnd();
    }, lookMs).unref();
    return () => clearInterval(look);
  }

  private endWithoutEnd(): MailServerFailure {
    const failure = new MailServerFailure('refused-by-server', 'The server sends without an end', 'incoming');
    this.firstError ??= failure;
    this.client.close();
    return failure;
  }

  /** Closes the connection when this takes too long: a server that only shows signs of life would hold it for ever. */
  async inTime<T>(answer: Promise<T>, ms = this.stalledMs): Promise<T> {
    const stall = setTimeout(() => {
      const minutes = `no answer to a command within ${Math.ceil(this.stalledMs / 60_000)} minutes`;
      this.firstError ??= new MailServerFailure('stalled', minutes, 'incoming');
      this.client.close();
    }, ms);
    try {
      return await answer;
    } finally {
      clearTimeout(stall);
    }
  }

  /** imapflow would wait for a greeting of IMAP until its time is over. */
  private refuseOtherProtocols(greeting: Buffer): void {
    const other = otherProtocol('incoming', greeting.toString('latin1', 0, 1000));
    if (!other) return;
    this.firstError ??= other;
    this.client.close();
  }

  private get internals(): ImapInternals {
    return internalsOf(this.client);
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
