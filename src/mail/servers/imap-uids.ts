import { isUid, unlessRefused } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import type { UntaggedResponse } from './imap-internals.js';
import { MailServerFailure } from './servers.js';

export interface ListedUids {
  /** ascending */
  uids: number[];
  /** the part of `uids` that the server received since the day, ascending */
  wanted: number[];
  /** number of messages that the server counts (EXISTS) and shows neither by SEARCH nor by FETCH */
  unlisted: number;
}

/** Messages of one folder that can be listed. */
export const MAX_MESSAGES = 1_000_000;
/** Bytes of a FETCH of all UIDs and days. */
const MAX_FETCH_BYTES = 128 * 1024 * 1024;
/** Messages of one SEARCH, so that its answer is a short line. */
const PIECE = 50_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type Criterion = { type: 'ATOM' | 'SEQUENCE'; value: string };

/**
 * UIDs of the open folder. SEARCH is cheap; where it is refused, or finds less than the server counts, FETCH gives the
 * UIDs and the days.
 * @param since `YYYY-MM-DD`; null: all are wanted
 * @throws MailServerFailure, also `too-many-messages`
 */
export async function listUids(connection: ImapConnection, since: string | null): Promise<ListedUids> {
  const before = existing(connection);
  if (before > MAX_MESSAGES) throw tooMany();
  const counted = (): number => Math.min(before, existing(connection));
  const found = await unlessRefused(connection, search(connection, before));
  if (found && found.length >= counted()) {
    const young = since === null ? found : await unlessRefused(connection, search(connection, before, sinceDay(since)));
    if (young) return { uids: found, wanted: young, unlisted: 0 };
  }
  // FETCH of an empty folder is an error.
  const dates = before === 0 ? new Map<number, Date>() : await fetchDates(connection, since !== null);
  const uids = ascending([...(found ?? []), ...dates.keys()]);
  const isWanted = (uid: number): boolean => !(dates.get(uid)! < new Date(`${since}T00:00:00Z`));
  return {
    uids,
    wanted: since === null ? uids : uids.filter(isWanted),
    unlisted: Math.max(0, counted() - uids.length),
  };
}

/** The members of `set` that the server has, by FETCH: a SEARCH may leave some out. */
export const presentUids = async (connection: ImapConnection, set: string): Promise<number[]> =>
  ascending([...(await fetchDates(connection, false, set)).keys()]);

const existing = ({ client }: ImapConnection): number => (client.mailbox ? client.mailbox.exists : 0);

async function search(connection: ImapConnection, exists: number, also: Criterion[] = []): Promise<number[]> {
  const uids: number[] = [];
  const take = ({ numbers, attributes = [] }: UntaggedResponse): void => {
    for (const each of numbers ?? attributes.map((attribute) => Number(attribute?.value)))
      if (isUid(each)) uids.push(each);
    if (uids.length > MAX_MESSAGES + PIECE) throw tooMany();
  };
  for (const set of piecesOf(exists)) await connection.command('UID SEARCH', [set, ...also], { SEARCH: take });
  return ascending(uids);
}

/** Sets of sequence numbers; the last one is open, for mail that arrives meanwhile. */
function piecesOf(exists: number): Criterion[] {
  if (exists <= PIECE) return [{ type: 'ATOM', value: 'ALL' }];
  return Array.from({ length: Math.ceil(exists / PIECE) }, (_, at) => {
    const first = at * PIECE + 1;
    return { type: 'SEQUENCE', value: `${first}:${first + PIECE > exists ? '*' : first + PIECE - 1}` };
  });
}

/** RFC 9051 §6.4.4: the day of INTERNALDATE */
function sinceDay(since: string): Criterion[] {
  const [year, month, day] = since.split('-').map(Number);
  return ['SINCE', `${day}-${MONTHS[month! - 1]}-${year}`].map((value) => ({ type: 'ATOM', value }));
}

/** UID to INTERNALDATE, an invalid date unless `dated`. */
async function fetchDates(connection: ImapConnection, dated: boolean, set = '1:*'): Promise<Map<number, Date>> {
  const dates = new Map<number, Date>();
  let rows = 0;
  const take = ({ attributes = [] }: UntaggedResponse): void => {
    rows += 1;
    if (rows > MAX_MESSAGES + PIECE) throw tooMany();
    const items = attributes[1];
    if (!Array.isArray(items)) return;
    const valueOf = (name: string): string | undefined => {
      const at = items.findIndex((item) => String(item?.value).toUpperCase() === name);
      return at < 0 ? undefined : String(items[at + 1]?.value);
    };
    const uid = Number(valueOf('UID'));
    if (isUid(uid)) dates.set(uid, new Date(valueOf('INTERNALDATE') ?? NaN));
  };
  const items = ['UID', ...(dated ? ['INTERNALDATE'] : [])].map((value) => ({ type: 'ATOM', value }));
  await connection.command('UID FETCH', [{ type: 'SEQUENCE', value: set }, items], { FETCH: take }, MAX_FETCH_BYTES);
  return dates;
}

/** Sorted, each once. */
const ascending = (uids: number[]): number[] => {
  const sorted = uids.every((uid, at) => at === 0 || uid > uids[at - 1]!) ? uids : uids.toSorted((a, b) => a - b);
  return sorted.filter((uid, at) => uid !== sorted[at - 1]);
};

export const tooMany = (): MailServerFailure =>
  new MailServerFailure('too-many-messages', `The folder has more than ${MAX_MESSAGES} messages`, 'incoming');
