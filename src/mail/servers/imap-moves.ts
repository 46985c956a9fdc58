import { abilitiesOf } from './imap-abilities.js';
import { carryOut, folderPath, isUid, requireWritable, textOf, uidSet } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import type { TaggedResponse, UntaggedResponse } from './imap-internals.js';
import { storeFlags } from './imap-marks.js';
import { commandSets, format, parse, rangesOf } from './uid-set.js';

/** Places of messages in the folder that they moved to. */
export interface Moved {
  uidValidity: string;
  /** old to new UID; without messages that were no longer in the folder */
  uids: Map<number, number>;
}

/**
 * Moves messages from the open folder: MOVE (RFC 6851), else COPY, then the removal of exactly the copied UIDs.
 *
 * A repetition after a killed attempt loses nothing. With MOVE it does nothing more: UIDs that have moved no longer
 * exist. Without MOVE an attempt killed after COPY leaves the messages in both folders, and a repetition would copy
 * them again: before it, the caller looks for the messages in the target folder, and only removes (`removeMessages`)
 * those found there.
 * @returns null when the server does not tell the new UIDs
 */
export async function moveMessages(
  connection: ImapConnection,
  uids: readonly number[],
  path: string,
): Promise<Moved | null> {
  requireWritable(connection);
  const { move } = abilitiesOf(connection.client);
  let moved: Moved | null = null;
  for (const set of commandSets(uids)) {
    const copied = await copy(connection, move ? 'UID MOVE' : 'UID COPY', set, path);
    // Where the server tells the copies, only messages with a copy are removed.
    if (!move) await removeSet(connection, copied ? format(rangesOf([...copied.uids.keys()])) : set);
    if (!copied) continue;
    if (moved?.uidValidity === copied.uidValidity) for (const [from, to] of copied.uids) moved.uids.set(from, to);
    else moved = copied;
  }
  return moved;
}

/**
 * `\Deleted` and UID EXPUNGE of exactly these UIDs. Never EXPUNGE or CLOSE: both would also remove messages that
 * another program marked. A repetition does no harm.
 * @returns `marked` from a server without UIDPLUS: the messages stay, marked `\Deleted`
 */
export async function removeMessages(
  connection: ImapConnection,
  uids: readonly number[],
): Promise<'expunged' | 'marked'> {
  requireWritable(connection);
  for (const set of commandSets(uids)) await removeSet(connection, set);
  return abilitiesOf(connection.client).uidplus ? 'expunged' : 'marked';
}

async function removeSet(connection: ImapConnection, set: string): Promise<void> {
  await storeFlags(connection, set, '+FLAGS.SILENT', ['\\Deleted']);
  if (abilitiesOf(connection.client).uidplus) await carryOut(connection, 'UID EXPUNGE', [uidSet(set)]);
}

/** COPYUID comes before the end of MOVE in an OK of its own (RFC 6851 §4.3), or at the end as for COPY. */
async function copy(
  connection: ImapConnection,
  name: 'UID MOVE' | 'UID COPY',
  set: string,
  path: string,
): Promise<Moved | null> {
  const asked = parse(set).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  let told: Moved | null = null;
  const take = (response: UntaggedResponse | TaggedResponse): void => {
    told = copiedOf(response, asked) ?? told;
  };
  take(await carryOut(connection, name, [uidSet(set), folderPath(connection, path)], { OK: take }));
  return told;
}

/** `[COPYUID <uidvalidity> <old UIDs> <new UIDs>]` (RFC 4315 §3); null unless both sets have the same length. */
function copiedOf({ attributes = [] }: UntaggedResponse, asked: number): Moved | null {
  const first = attributes[0];
  const section = first && !Array.isArray(first) ? (first.section ?? []) : [];
  const [code, uidValidity, from, to] = section.map((each) => textOf(each) ?? '');
  if (code?.toUpperCase() !== 'COPYUID' || !/^\d{1,10}$/.test(uidValidity ?? '')) return null;
  const [old, fresh] = [listed(from, asked), listed(to, asked)];
  if (!old || !fresh || old.length !== fresh.length) return null;
  return { uidValidity: uidValidity!, uids: new Map(old.map((uid, at) => [uid, fresh[at]!])) };
}

/** In the order of the set, because the two sets of COPYUID are pairs; null for no set or one with too many UIDs. */
function listed(set: string | undefined, most: number): number[] | null {
  const uids: number[] = [];
  for (const range of (set ?? '').split(',')) {
    const [a, b = a] = range.split(':').map(Number) as [number, number?];
    if (!isUid(a) || !isUid(b) || Math.abs(b - a) >= most - uids.length) return null;
    for (let uid = Math.min(a, b); uid <= Math.max(a, b); uid += 1) uids.push(uid);
  }
  return uids;
}
