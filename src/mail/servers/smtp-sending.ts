import { LRUCache } from 'lru-cache';
import { openOutgoing, type OutgoingMessage, type SendOptions } from './outgoing-connection.js';
import { type Attempt, SendFailed } from './send-outcome.js';
import type { Credentials, ServerSettings } from './servers.js';
import type { Extension } from './smtp-internals.js';

/** Extensions that only save time or that a server may announce and not understand. */
const DISPENSABLE: readonly Extension[] = ['PIPELINING', '8BITMIME', 'SIZE', 'DSN'];
/** RFC 5321 §4.2.4, §4.1.1.11: the command or one of its parameters is not known, or came at the wrong time. */
const NOT_UNDERSTOOD = new Set([500, 501, 502, 503, 504, 555]);
/** Servers that failed with `DISPENSABLE` extensions and not without them, by host and port. */
const plainServers = new LRUCache<string, true>({ max: 1000, ttl: 60 * 60_000 });

/**
 * One attempt to send a message over a connection of its own. A server that breaks off or hangs over an extension that
 * it announced gets the message once more without extensions.
 * @throws SendFailed; the error of `bytes` or `beforeFinalDot`; before the final dot, the reason of the signal
 */
export async function sendByServer(
  settings: ServerSettings,
  credentials: Credentials,
  message: OutgoingMessage,
  options: SendOptions,
): Promise<Attempt> {
  const server = `${settings.host}:${settings.port}`;
  if (plainServers.has(server)) return sendOnce(settings, credentials, message, options, DISPENSABLE);
  try {
    return await sendOnce(settings, credentials, message, options, []);
  } catch (error) {
    if (!mayBeExtensions(error)) throw error;
    const attempt = await sendOnce(settings, credentials, message, options, DISPENSABLE);
    plainServers.set(server, true);
    return attempt;
  }
}

async function sendOnce(
  settings: ServerSettings,
  credentials: Credentials,
  message: OutgoingMessage,
  options: SendOptions,
  without: readonly Extension[],
): Promise<Attempt> {
  const connection = await openOutgoing(settings, credentials, options);
  connection.forgo(without);
  try {
    return await connection.send(message);
  } finally {
    connection.close();
  }
}

function mayBeExtensions(error: unknown): boolean {
  if (!(error instanceof SendFailed) || error.during !== 'envelope') return false;
  const { failure, reply } = error;
  if (reply) return NOT_UNDERSTOOD.has(reply.code);
  return failure.reason === 'timed-out' || failure.reason === 'connection-lost';
}
