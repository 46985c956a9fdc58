import { itemOf, isUid, textOf, uidSet, word } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import type { UntaggedResponse } from './imap-internals.js';
import { commandSets } from './uid-set.js';

export interface SentFields {
  uid: number;
  /** RFC822.SIZE in octets */
  size: number;
  /** the lines Message-ID, From and Date as they stand, at most 64 KiB */
  header: Buffer;
}

const FIELDS = ['MESSAGE-ID', 'FROM', 'DATE'];
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_BYTES = 64 * 1024 * 1024;
const ROW_BYTES = 500;

/**
 * Size and the fields that tell one message from another, for messages that may be on record from another folder. UIDs
 * that no longer exist are left out. For groups of at most some thousand messages: all rows are in memory.
 */
export async function sentFieldsOf(connection: ImapConnection, uids: readonly number[]): Promise<SentFields[]> {
  const wanted = new Set(uids);
  const rows: SentFields[] = [];
  const take = (row: UntaggedResponse): void => {
    const items = row.attributes?.[1];
    const [uid, size] = ['UID', 'RFC822.SIZE'].map((name) => Number(textOf(itemOf(items, name)))) as [number, number];
    const header = bytesOf(itemOf(items, 'BODY'));
    if (isUid(uid) && Number.isInteger(size) && header && wanted.delete(uid)) rows.push({ uid, size, header });
  };
  const header = {
    ...word('BODY.PEEK'),
    section: [word('HEADER.FIELDS'), FIELDS.map(word)],
    partial: [0, MAX_HEADER_BYTES],
  };
  const items = [word('UID'), word('RFC822.SIZE'), header];
  for (const set of commandSets(uids))
    await connection.command('UID FETCH', [uidSet(set), items], { FETCH: take }, MAX_BYTES + uids.length * ROW_BYTES);
  return rows;
}

/** The header comes as a literal, a quoted string, or NIL when the message has none of the fields. */
function bytesOf(item: ReturnType<typeof itemOf>): Buffer | null {
  if (item === null) return Buffer.alloc(0);
  if (item === undefined || Array.isArray(item)) return null;
  const bytes = Buffer.isBuffer(item.value) ? item.value : Buffer.from(String(item.value ?? ''));
  // A copy: a part of a larger buffer would keep all of it in memory.
  return Buffer.from(bytes.subarray(0, MAX_HEADER_BYTES));
}
