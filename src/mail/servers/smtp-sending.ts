import { LRUCache } from 'lru-cache';
import type { OutgoingMessage, SendOptions } from './outgoing-connection.js';
import { type OutgoingSession, OutgoingSessions } from './outgoing-sessions.js';
import { type Attempt, SendFailed } from './send-outcome.js';
import type { Credentials, ServerSettings } from './servers.js';
import type { Extension } from './smtp-internals.js';

/** Extensions that only save time or that a server may announce and not understand. */
const DISPENSABLE: readonly Extension[] = ['PIPELINING', '8BITMIME', 'SIZE', 'DSN'];
/** RFC 5321 §4.2.4, §4.1.1.11: the command or one of its parameters is not known, or came at the wrong time. */
const NOT_UNDERSTOOD = new Set([500, 501, 502, 503, 504, 555]);
/** Servers that failed with `DISPENSABLE` extensions and not without them, by host and port. */
const plainServers = new LRUCache<string, true>({ max: 1000, ttl: 60 * 60_000 });

export interface SentAttempt extends Attempt {
  /** false: the message left in a session that an earlier one had opened */
  loggedIn: boolean;
}

/**
 * One attempt to send a message, in a session that rests or in a new one. A server that breaks off or hangs over an
 * extension that it announced gets the message once more without extensions.
 * @throws SendFailed; the error of `bytes` or `beforeFinalDot`; before the final dot, the reason of the signal
 */
export async function sendByServer(
  settings: ServerSettings,
  credentials: Credentials,
  message: OutgoingMessage,
  options: SendOptions,
  sessions = new OutgoingSessions(),
): Promise<SentAttempt> {
  const open = async (without: readonly Extension[]): Promise<SentAttempt> => {
    const session = await sessions.open(settings, credentials, options);
    session.connection.forgo(without);
    return { ...(await sendIn(session, message, options, without.length > 0 ? undefined : sessions)), loggedIn: true };
  };
  const server = `${settings.host}:${settings.port}`;
  if (plainServers.has(server)) return open(DISPENSABLE);
  try {
    const rested = await sendRested(settings, credentials, message, options, sessions);
    return rested ? { ...rested, loggedIn: false } : await open([]);
  } catch (error) {
    if (!mayBeExtensions(error)) throw error;
    const attempt = await open(DISPENSABLE);
    plainServers.set(server, true);
    return attempt;
  }
}

/** Undefined: no session rests, or the server has ended it, or takes no more messages in it. */
async function sendRested(
  settings: ServerSettings,
  credentials: Credentials,
  message: OutgoingMessage,
  options: SendOptions,
  sessions: OutgoingSessions,
): Promise<Attempt | undefined> {
  const session = sessions.resting(settings, credentials);
  if (!session) return undefined;
  try {
    return await sendIn(session, message, options, sessions);
  } catch (error) {
    if (error instanceof SendFailed && error.during === 'envelope' && error.failure.reason !== 'timed-out')
      return undefined;
    throw error;
  }
}

/** @param sessions takes the session back; undefined: it ends */
async function sendIn(
  session: OutgoingSession,
  message: OutgoingMessage,
  { signal }: SendOptions,
  sessions: OutgoingSessions | undefined,
): Promise<Attempt> {
  session.messages++;
  try {
    return await session.connection.send(message, signal);
  } finally {
    if (sessions) sessions.release(session);
    else session.connection.close();
  }
}

function mayBeExtensions(error: unknown): boolean {
  if (!(error instanceof SendFailed) || error.during !== 'envelope') return false;
  const { failure, reply } = error;
  if (reply) return NOT_UNDERSTOOD.has(reply.code);
  return failure.reason === 'timed-out' || failure.reason === 'connection-lost';
}
