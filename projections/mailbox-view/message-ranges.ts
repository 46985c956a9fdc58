import { notRemoved } from '../../src/access/access.js';
import { searchTable } from '../mail-search/mail-search.js';
import { isUnreadBy } from '../reading/read-marks.js';
import { readingTables } from '../reading/reading.js';
import { type ListedBox, mailboxTables } from './mailbox-tables.js';

export interface Filtered {
  accounts: 'all' | readonly string[];
  /** undefined: drafts too, and not the trash */
  boxes?: readonly ListedBox[] | undefined;
  /** recipients wait for their server */
  inOutbox?: boolean | undefined;
  /** a recipient was refused, or a report came back */
  undelivered?: boolean | undefined;
  /** ids; undefined: any folder */
  folders?: readonly string[] | undefined;
  /** text of a tsquery that also limits the accounts */
  search?: string | undefined;
  /** ids of drafts that the search has found besides */
  drafts?: readonly string[] | undefined;
  unread?: boolean | undefined;
  /** by the reader */
  unreadByMe?: boolean | undefined;
  /** id of a person; null: a service that acts as itself */
  reader: string | null;
  since?: Date | undefined;
  /** exclusive */
  before?: Date | undefined;
}

/** A page of a list. */
export interface Wanted extends Filtered {
  /** last message of the page before */
  after?: { receivedAt: string; id: string } | undefined;
  limit: number;
}

/** Adds a value to the statement and answers its placeholder. */
export type Parameter = (value: unknown) => string;

interface Source {
  table: string;
  /** columns with the time and id of a message, both in the index of the table */
  at: string;
  id: string;
}

const MESSAGES: Source = { table: `${mailboxTables.messages.name} m`, at: 'm."receivedAt"', id: 'm.id' };
const PLACES: Source = { table: `${mailboxTables.places.name} p`, at: 'p."receivedAt"', id: 'p."messageId"' };
const FOUND: Source = { table: `${searchTable.name} s`, at: 's."receivedAt"', id: 's."messageId"' };
const UNREAD: Source = { table: `${readingTables.unread.name} u`, at: 'u."receivedAt"', id: 'u."messageId"' };
const BOXES: readonly ListedBox[] = ['received', 'sent', 'draft'];

/** Evaluated once per statement; usually empty. */
const ONLY_SENDING = `array(select id from ${mailboxTables.accounts.name} where "sendOnly")`;
const isShown = (box: string, accountId: string): string =>
  `(${box} <> 'received' or ${accountId} <> all (${ONLY_SENDING}))`;

/** Statement with the columns `at` and `id`: the next messages of each range. The newest of all rows are the page. */
export function ranges(wanted: Wanted, $: Parameter): string {
  const { accounts, folders } = wanted;
  const isUnread = wanted.unreadByMe === true && wanted.search === undefined;
  const newest = rangeOf(isUnread ? { ...wanted, unreadByMe: undefined } : wanted, $);
  if (wanted.search !== undefined) {
    const mail = `select * from ${newest(FOUND, found(wanted, wanted.search, $), inBoxes(wanted, $))} n`;
    if (!wanted.drafts?.length) return mail;
    return `${mail} union all select * from ${newest(MESSAGES, [`m.id = any(${$(wanted.drafts)}::text[])`])} d`;
  }
  if (isUnread) return unreadRanges(wanted, newest, $);
  if (folders) {
    const conditions = inBoxes(wanted, $);
    const moving = newest(MESSAGES, ['m."wishedFolderId" = f.id'], conditions);
    const there = newest(PLACES, ['p."folderId" = f.id'], ['m."wishedFolderId" is null', ...conditions]);
    return `select n.* from unnest(${$(folders)}::text[]) f(id) cross join lateral (${moving} union ${there}) n`;
  }
  const box = `unnest(${$(wanted.boxes ?? BOXES)}::text[]) b(box)`;
  if (accounts === 'all')
    return `select n.* from ${box} cross join lateral
      ${newest(MESSAGES, ['m.box = b.box', SHOWN, IS_KEPT, notRemoved('m."accountId"')])} n`;
  const shelf = newest(MESSAGES, ['m."accountId" = a.id', 'm.box = b.box', IS_KEPT]);
  return `select n.* from unnest(${$(accounts)}::text[]) a(id) cross join ${box} cross join lateral ${shelf} n
    where ${isShown('b.box', 'a.id')}`;
}

/** Ranges of the unread mail of a person. */
function unreadRanges(wanted: Wanted, newest: Range, $: Parameter): string {
  const { accounts, folders, reader } = wanted;
  const mine = `u."userId" = ${$(reader)}`;
  const conditions = [...inBoxes(wanted, $), ...(folders ? [liesIn($(folders))] : [])];
  // As a condition of the message: the planner would take it for the end of nearly all rows.
  if (accounts === 'all')
    return `select * from ${newest(UNREAD, [mine], [...conditions, notRemoved('m."accountId"')])} n`;
  return `select n.* from unnest(${$(accounts)}::text[]) a(id)
    cross join lateral ${newest(UNREAD, ['u."accountId" = a.id', mine], conditions)} n`;
}

type Range = (source: Source, where: readonly string[], ofMessage?: readonly string[]) => string;

/** The next messages of one source. `ofMessage`: conditions on the message, alias `m`. */
function rangeOf(wanted: Wanted, $: Parameter): Range {
  const { limit, unread, unreadByMe, inOutbox, undelivered, reader, since, before, after } = wanted;
  const marks = unread === undefined ? [] : [unread ? 'not m.seen' : 'm.seen'];
  if (inOutbox) marks.push('m."isInOutbox"');
  if (undelivered) marks.push(IS_UNDELIVERED);
  const ofReader = unreadByMe === undefined ? [] : [`${unreadByMe ? '' : 'not '}${isUnreadBy($(reader))}`];
  const [from, to, last] = [since && $(since), before && $(before), after && [$(after.receivedAt), $(after.id)]];
  return ({ table, at, id }, where, ofMessage = []) => {
    const terms = [...where];
    if (from) terms.push(`${at} >= ${from}::timestamptz`);
    if (to) terms.push(`${at} < ${to}::timestamptz`);
    if (last) terms.push(`(${at}, ${id}) < (${last[0]}::timestamptz, ${last[1]})`);
    const conditions = [...ofMessage, ...marks, ...ofReader];
    if (table === MESSAGES.table) terms.push(...conditions);
    // No join: PostgreSQL runs a subquery row by row in the order of the index, until the page is full.
    else if (conditions.length > 0)
      terms.push(`(select ${conditions.join(' and ')} from ${MESSAGES.table} where m.id = ${id})`);
    return `(select ${at} as at, ${id} as id from ${table} where ${terms.join(' and ')}
      order by ${at} desc, ${id} desc limit ${limit})`;
  };
}

/** Alias `m`. */
const IS_UNDELIVERED = `exists (select from ${mailboxTables.recipients.name} r
  where r."messageId" = m.id and r.state in ('refused', 'bounced'))`;
const SHOWN = isShown('m.box', 'm."accountId"');
/** A draft of another program lasts as long as its place: programs replace it at every save. Alias `m`. */
const IS_KEPT = `(m.box <> 'draft' or m."isDraftHere" or (
  select count(*) > 0 from ${mailboxTables.places.name} kept where kept."messageId" = m.id and not kept.deleted))`;
/** Hides received mail of an account that only sends, and drafts that are gone. Alias `m`. */
export const IS_SHOWN = `${SHOWN} and ${IS_KEPT}`;
export const inBox = ({ boxes }: Filtered, $: Parameter): string =>
  boxes ? `m.box = any(${$(boxes)}::text[])` : `m.box <> all ('{trash,cancelled}')`;
const inBoxes = (wanted: Filtered, $: Parameter): string[] => [inBox(wanted, $), IS_SHOWN];

/** One range with the query as a constant: the planner chooses between the index by time and the index of words. */
function found({ accounts, folders }: Wanted, search: string, $: Parameter): string[] {
  const terms = [`s.words @@ ${$(search)}::tsquery`];
  if (accounts === 'all') terms.push(notRemoved('s."accountId"'));
  const [only, ...others] = accounts === 'all' ? [] : accounts;
  if (only !== undefined)
    terms.push(others.length === 0 ? `s."accountId" = ${$(only)}` : `s."accountId" = any(${$(accounts)})`);
  if (folders) {
    terms.push(`(select ${liesIn($(folders))} from ${MESSAGES.table} where m.id = s."messageId")`);
  }
  return terms;
}

/** The message, alias `m`, lies in one of the folders. No join takes the place of the aggregate. */
const liesIn = (folders: string): string =>
  `(m."wishedFolderId" = any(${folders}::text[]) or (m."wishedFolderId" is null and (
    select coalesce(bool_or(p."folderId" = any(${folders}::text[])), false) from ${PLACES.table} where p."messageId" = m.id)))`;
