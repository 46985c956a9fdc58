import { abilitiesOf } from './imap-abilities.js';
import { type ImapConnection, NEWS } from './imap-connection.js';
import { internalsOf } from './imap-internals.js';

export interface IdleTimes {
  /** ms after which IDLE is renewed: servers end it after 30 minutes (RFC 2177) */
  renewMs?: number;
  /** ms between two looks where the server has no IDLE */
  pollMs?: number;
}

const RENEW_MS = 28 * 60_000;
const POLL_MS = 30_000;
/** Bytes of news in one IDLE: flags of a million messages. */
const MAX_NEWS_BYTES = 64 * 1024 * 1024;
const LOOK_MS = 60_000;
const KEEP_ALIVE_MS = 60_000;

/**
 * Tells news of the open folder (EXISTS, EXPUNGE, VANISHED, FETCH) until `signal` aborts; then other commands may
 * follow. The news themselves are left to the next look. Where the server has no IDLE or ends it, NOOP asks for news.
 * @throws MailServerFailure, or the error that `onNews` throws. Losses are usual: Yandex cuts IDLE after some minutes
 */
export async function idleUntil(
  connection: ImapConnection,
  onNews: () => void,
  signal: AbortSignal,
  { renewMs = RENEW_MS, pollMs = POLL_MS }: IdleTimes = {},
): Promise<void> {
  const { client } = connection;
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  let thrown: { error: unknown } | undefined;
  const tell = (): void => {
    if (stopping.signal.aborted) return;
    try {
      onNews();
    } catch (error) {
      thrown ??= { error };
      stop();
    }
  };
  if (signal.aborted) return;
  signal.addEventListener('abort', stop, { once: true });
  for (const event of NEWS) client.on(event, tell);
  try {
    let canIdle = abilitiesOf(client).idle;
    while (!stopping.signal.aborted) {
      if (canIdle) canIdle = await idleOnce(connection, stopping.signal, renewMs);
      else if (!(await aborted(stopping.signal, pollMs))) await connection.command('NOOP', [], {});
    }
  } finally {
    signal.removeEventListener('abort', stop);
    for (const event of NEWS) client.off(event, tell);
  }
  if (thrown) throw thrown.error;
}

/** @returns false when the server refuses IDLE or ends it by itself */
async function idleOnce(connection: ImapConnection, stopping: AbortSignal, renewMs: number): Promise<boolean> {
  const internals = internalsOf(connection.client);
  const { socket } = internals;
  let isOver = false;
  let begin = (): void => undefined;
  const beginning = new Promise<void>((resolve) => (begin = resolve));
  const ending = internals.exec('IDLE', [], { onPlusTag: begin }).finally(() => (isOver = true));
  ending.catch(() => undefined);
  const endBound = connection.bound(MAX_NEWS_BYTES, LOOK_MS);
  try {
    await connection.inTime(Promise.race([beginning, ending]));
    // Silence is usual now; the network tells of a server that is gone.
    socket.setTimeout(0);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const wasAsked = await Promise.race([aborted(stopping, renewMs).then(() => true), ending.then(() => false)]);
    socket.setTimeout(internals.socketTimeout);
    if (!isOver) internals.write('DONE');
    (await connection.inTime(ending)).next();
    return wasAsked;
  } catch (error) {
    if (isAnswer(error) && !connection.lost) return false;
    throw connection.failure(error);
  } finally {
    endBound();
  }
}

const isAnswer = (error: unknown): boolean =>
  error instanceof Error && ['NO', 'BAD'].includes((error as { responseStatus?: string }).responseStatus ?? '');

/** @returns false after `ms` */
function aborted(signal: AbortSignal, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(signal.aborted);
    };
    const timer = setTimeout(end, ms).unref();
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
