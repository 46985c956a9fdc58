import type { FetchMessageObject, FetchQueryObject, MessageEnvelopeObject, MessageStructureObject } from 'imapflow';
import { keptFlags } from './flag-names.js';
import { type ImapConnection, MAX_ANSWER_BYTES } from './imap-connection.js';
import { MailServerFailure } from './servers.js';
import { commandSets } from './uid-set.js';

export type Envelope = MessageEnvelopeObject;
type Structure = MessageStructureObject;

/** Data about a message that the server holds outside the message's bytes. */
export interface KeptMessage {
  uid: number;
  flags: string[];
  /** null: the server gives no valid date */
  internalDate: Date | null;
}

export interface FetchedMessage extends KeptMessage {
  source: Buffer;
}

/** Data about a message too large for memory: the server parses its bytes. */
export interface DescribedMessage extends KeptMessage {
  envelope: Envelope | null;
  /** BODYSTRUCTURE */
  structure: Structure | null;
}

/** Maximum bytes of the answer to one FETCH; the caller asks for small groups of messages. */
const MAX_FETCH_BYTES = 256 * 1024 * 1024;
/** Maximum bytes of the answer to a FETCH of sizes, beside the rows that it asks for. */
const MAX_SIZES_BYTES = 1024 * 1024;
const ROW_BYTES = 200;
const PIECE_BYTES = 1024 * 1024;
const keptQuery: FetchQueryObject = { uid: true, flags: true, internalDate: true };

/** See `Imap.sizes`. */
export async function sizesOf(connection: ImapConnection, uids: number[]): Promise<Map<number, number>> {
  const wanted = new Set(uids);
  const sizes = new Map<number, number>();
  const maxBytes = MAX_SIZES_BYTES + uids.length * ROW_BYTES;
  for await (const { uid, size } of fetchRows(connection, uids, { uid: true, size: true }, maxBytes))
    if (size !== undefined && wanted.has(uid)) sizes.set(uid, size);
  return sizes;
}

/** See `Imap.messages`. */
export async function* fetchMessages(connection: ImapConnection, uids: number[]): AsyncIterable<FetchedMessage> {
  const wanted = new Set(uids);
  for await (const found of fetchRows(connection, uids, { ...keptQuery, source: true }, MAX_FETCH_BYTES)) {
    if (!found.source || !wanted.delete(found.uid)) continue;
    yield { ...keptOf(found), source: found.source };
  }
}

/** See `Imap.described`. */
export async function describeMessage(connection: ImapConnection, uid: number): Promise<DescribedMessage | null> {
  const query = { ...keptQuery, size: true, envelope: true, bodyStructure: true };
  for await (const found of fetchRows(connection, [uid], query, MAX_ANSWER_BYTES)) {
    // Without a size this is an unsolicited FETCH response about changed flags, not the answer.
    if (found.size === undefined) continue;
    return { ...keptOf(found), envelope: found.envelope ?? null, structure: found.bodyStructure ?? null };
  }
  return null;
}

/** See `Imap.body`. */
export async function* messageBody(connection: ImapConnection, uid: number, size: number): AsyncIterable<Buffer> {
  let start = 0;
  for (;;) {
    const piece = await connection.ask('Message not found', async () => {
      const source = { start, maxLength: PIECE_BYTES };
      const found = await connection.client.fetchOne(String(uid), { source }, { uid: true });
      // After the end of the message some servers answer NIL, others an empty string.
      return found && (found.source || (start >= size && Buffer.alloc(0)));
    });
    if (piece.length > 0) yield piece;
    start += piece.length;
    if (piece.length === 0 || (piece.length < PIECE_BYTES && start >= size)) return;
    if (start > size + PIECE_BYTES)
      throw new MailServerFailure('refused-by-server', `Message longer than its size of ${size} octets`, 'incoming');
  }
}

async function* fetchRows(
  connection: ImapConnection,
  uids: number[],
  query: FetchQueryObject,
  maxBytes: number,
): AsyncIterable<FetchMessageObject> {
  for (const set of commandSets(uids))
    for await (const row of connection.rows(set, query, uids.length, maxBytes)) if (row.uid) yield row;
}

function keptOf({ uid, flags, internalDate }: FetchMessageObject): KeptMessage {
  const date = new Date(internalDate ?? NaN);
  return {
    uid,
    flags: keptFlags(flags ?? []),
    internalDate: Number.isNaN(date.getTime()) ? null : date,
  };
}
