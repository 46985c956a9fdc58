import { createHash } from 'node:crypto';
import { openOutgoing, type OutgoingConnection, type SendOptions } from './outgoing-connection.js';
import type { Credentials, ServerSettings } from './servers.js';

/** Servers count open sessions: a session without a message ends soon. */
const IDLE_MS = 3000;
/** Servers end a session after a number of messages: the smallest known number is above this one. */
const MOST_MESSAGES = 50;

/** A logged-in connection, and its past. */
export interface OutgoingSession {
  connection: OutgoingConnection;
  /** messages so far */
  messages: number;
  server: string;
}

interface Resting {
  session: OutgoingSession;
  timer: NodeJS.Timeout;
}

/** Connections to outgoing servers that stay open between two messages of one login. */
export class OutgoingSessions {
  private readonly idle = new Map<string, Resting[]>();

  /** A session that rests, the one that was used last; undefined: none. */
  resting(settings: ServerSettings, credentials: Credentials): OutgoingSession | undefined {
    const server = keyOf(settings, credentials);
    for (let last = this.idle.get(server)?.at(-1); last; last = this.idle.get(server)?.at(-1)) {
      this.forget(server, last);
      if (last.session.connection.isUsable) return last.session;
    }
    return undefined;
  }

  /** @throws SendFailed; the reason of `options.signal` after its abort */
  async open(settings: ServerSettings, credentials: Credentials, options: SendOptions): Promise<OutgoingSession> {
    // The session outlives the message, so the signal of the message ends the login alone.
    const opening = new AbortController();
    const abort = (): void => opening.abort(options.signal?.reason);
    options.signal?.throwIfAborted();
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      const connection = await openOutgoing(settings, credentials, { ...options, signal: opening.signal });
      return { connection, messages: 0, server: keyOf(settings, credentials) };
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
  }

  /** Lets the session rest for the next message, or ends it. */
  release(session: OutgoingSession): void {
    const { connection, messages, server } = session;
    if (!connection.isUsable || messages >= MOST_MESSAGES) return connection.close();
    const all = this.idle.get(server) ?? [];
    const entry: Resting = { session, timer: setTimeout(() => this.end(server, entry), IDLE_MS) };
    this.idle.set(server, [...all, entry]);
  }

  /** Ends all sessions that rest. */
  close(): void {
    for (const [server, all] of this.idle) for (const entry of all) this.end(server, entry);
  }

  private end(server: string, entry: Resting): void {
    this.forget(server, entry);
    entry.session.connection.close();
  }

  private forget(server: string, entry: Resting): void {
    clearTimeout(entry.timer);
    const left = (this.idle.get(server) ?? []).filter((each) => each !== entry);
    if (left.length > 0) this.idle.set(server, left);
    else this.idle.delete(server);
  }
}

/** A hash: no secret stays in memory for longer than its use. */
const keyOf = (settings: ServerSettings, credentials: Credentials): string =>
  createHash('sha256')
    .update(JSON.stringify([settings.host, settings.port, settings.security, credentials]))
    .digest('base64');
