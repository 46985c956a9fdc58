import type { Socket } from 'node:net';
import type { Transform } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';
import type { ImapResponse } from 'imapflow/lib/handler/types.js';
import { parse, type Range } from './uid-set.js';

export type UntaggedResponse = Pick<ImapResponse, 'attributes' | 'numbers'>;
/** `command` is the status: OK, or the one NO that imapflow takes for success, about messages that no longer exist. */
export type TaggedResponse = Pick<ImapResponse, 'command' | 'attributes'>;

export type RowTaken = (error?: Error) => void;

/** Undeclared members of imapflow; the specs beside this file notice a change. */
export interface ImapInternals {
  run(
    command: 'FETCH',
    set: string,
    query: FetchQueryObject,
    options: { uid: true; onUntaggedFetch: (row: FetchMessageObject, taken: RowTaken) => void },
  ): Promise<unknown>;
  closeConnection(): void;
  exec(
    command: string,
    attributes: readonly unknown[],
    options: { untagged?: Record<string, (response: UntaggedResponse) => void>; onPlusTag?: () => void },
  ): Promise<{ response: TaggedResponse; next(): void }>;
  write(line: string): void;
  socket: Socket;
  /** ms of silence after which imapflow closes the connection */
  socketTimeout: number;
  untaggedVanished(response: UntaggedResponse): Promise<void>;
  streamer: Transform & { processInputChunk(chunk: Buffer): Promise<void> };
  /** by path */
  folders: Map<string, object>;
  /** imapflow puts this prefix before the path of a folder to open that does not begin with it */
  namespace?: { prefix: string; delimiter: string };
}

export const internalsOf = (client: ImapFlow): ImapInternals => client as unknown as ImapInternals;

/** Bytes parsed in one turn of the event loop, once the client is logged in: some 600 of the shortest rows. */
export const TURN_BYTES = 16 * 1024;

/**
 * imapflow parses ten chunks of 64 KiB in one turn of the event loop, and many short lines make that turn long.
 * @param onGreeting called with the first chunk
 */
export function parseInTurns(client: ImapFlow, onGreeting: (chunk: Buffer) => void): void {
  const { streamer } = internalsOf(client);
  const parse = streamer.processInputChunk.bind(streamer);
  let isFirst = true;
  streamer.processInputChunk = async (chunk) => {
    if (isFirst) onGreeting(chunk);
    isFirst = false;
    // Not before the login: imapflow looks for bytes behind the answer to STARTTLS in the same chunk.
    const most = client.usable ? TURN_BYTES : chunk.length;
    for (let at = 0; at < chunk.length; at += most) {
      await parse(chunk.subarray(at, at + most));
      await nextTurn();
    }
  };
}

/**
 * imapflow drops bytes that arrived before the end of the connection, but are not parsed yet.
 * @param onError called with an error of the socket
 */
export function readToTheEnd(client: ImapFlow, onError: (error: Error) => void): void {
  const internals = internalsOf(client);
  const finish = (): void => {
    const { streamer } = internals;
    if (streamer.destroyed || streamer.readableEnded) return internals.closeConnection();
    streamer.once('end', () => internals.closeConnection());
    if (!streamer.writableEnded) streamer.end();
  };
  // Undeclared members as well; imapflow keeps handlers that exist.
  const fail = (error: Error): void => {
    onError(error);
    finish();
  };
  Object.assign(client, { _socketEnd: finish, _socketClose: finish, _socketError: fail });
}

/** Tells imapflow that a folder exists. Otherwise imapflow lists the folder, without a bound, before it opens it. */
export function knowFolder(client: ImapFlow, path: string): void {
  const internals = internalsOf(client);
  if (internals.namespace) internals.namespace = { ...internals.namespace, prefix: '' };
  if (!internals.folders.has(path)) internals.folders.set(path, { path });
}

/** `* VANISHED (EARLIER) <uids>` (RFC 7162 §3.2.10); null for a line without a UID set. */
export function vanishedOf({ attributes = [] }: UntaggedResponse): { earlier: boolean; uids: Range[] } | null {
  const set = attributes.at(-1);
  if (!set || Array.isArray(set)) return null;
  try {
    return { earlier: attributes.length > 1, uids: parse(String(set.value)) };
  } catch {
    return null;
  }
}

/** Counts VANISHED once. imapflow would report each UID by itself, in one turn: millions of them in a short line. */
export function countVanished(client: ImapFlow): void {
  internalsOf(client).untaggedVanished = (response) => {
    const gone = vanishedOf(response);
    if (gone && !gone.earlier && client.mailbox) {
      const count = gone.uids.reduce((sum, [first, last]) => sum + last - first + 1, 0);
      client.mailbox.exists = Math.max(0, client.mailbox.exists - count);
      client.emit('expunge', { path: client.mailbox.path, seq: 0, vanished: true });
    }
    return Promise.resolve();
  };
}
