import type { Box } from '../../src/messages/message.events.js';
import { searchTable } from '../mail-search/mail-search.js';
import { mailboxTables } from './mailbox-view.js';

const { messages, places, contacts, tasks } = mailboxTables;

/** Alias `m`; contact and task are looked up for the rows that are left. */
export const SELECT_MESSAGE = `m.*, c."contactId", t."taskId"`;
export const WITH_CONTACT_AND_TASK = `
  left join ${contacts.name} c on c."addressKey" = m."senderKey"
  left join ${tasks.name} t on t."messageId" = m.id`;
export const FROM_MESSAGES = `from ${messages.name} m ${WITH_CONTACT_AND_TASK}`;

export interface Wanted {
  accounts: 'all' | readonly string[];
  boxes: readonly Box[];
  /** ids; any folder when undefined */
  folders?: readonly string[] | undefined;
  /** text of a tsquery, that holds the accounts */
  search?: string | undefined;
  unread?: boolean | undefined;
  since?: Date | undefined;
  /** exclusive */
  before?: Date | undefined;
  /** last message of the page before */
  after?: { receivedAt: string; id: string } | undefined;
  limit: number;
}

interface Source {
  /** what the list is merged of, each part one range of one index; undefined: one range is all there is */
  parts?: string;
  from: string;
  /** receivedAt and id, as the index of this source holds them */
  at: string;
  id: string;
  where: string[];
}

type Parameter = (value: unknown) => string;

/**
 * Newest first. Each part gives its next messages from its index, beginning behind the last page, and the parts are merged:
 * so a page costs the same wherever it lies and however many accounts it is of.
 */
export function selectMessages(wanted: Wanted): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const $: Parameter = (value) => `$${values.push(value)}`;
  const { parts, from, at, id, where } =
    wanted.search !== undefined
      ? found(wanted, wanted.search, $)
      : wanted.folders
        ? inFolders(wanted, wanted.folders, $)
        : inBoxes(wanted, $);
  if (wanted.unread !== undefined) where.push(wanted.unread ? 'not m.seen' : 'm.seen');
  if (wanted.since) where.push(`${at} >= ${$(wanted.since)}::timestamptz`);
  if (wanted.before) where.push(`${at} < ${$(wanted.before)}::timestamptz`);
  if (wanted.after) where.push(`(${at}, ${id}) < (${$(wanted.after.receivedAt)}::timestamptz, ${$(wanted.after.id)})`);
  const limit = $(wanted.limit);
  const range = `(select ${at} as at, ${id} as id from ${from} where ${where.join(' and ')} order by ${at} desc, ${id} desc limit ${limit})`;
  const page = parts
    ? `(select n.at, n.id from ${parts} cross join lateral ${range} n order by n.at desc, n.id desc limit ${limit})`
    : range;
  const sql = `select ${SELECT_MESSAGE} from ${page} page join ${messages.name} m on m.id = page.id ${WITH_CONTACT_AND_TASK}
    order by page.at desc, page.id desc`;
  return { sql, values };
}

function inBoxes({ accounts, boxes }: Wanted, $: Parameter): Source {
  const box = `unnest(${$(boxes)}::text[]) b(box)`;
  return {
    parts: accounts === 'all' ? box : `unnest(${$(accounts)}::text[]) a(account) cross join ${box}`,
    from: `${messages.name} m`,
    at: 'm."receivedAt"',
    id: 'm.id',
    where: [...(accounts === 'all' ? [] : ['m."accountId" = a.account']), 'm.box = b.box'],
  };
}

function inFolders({ boxes }: Wanted, folders: readonly string[], $: Parameter): Source {
  return {
    parts: `unnest(${$(folders)}::text[]) f(folder)`,
    from: `${places.name} p join ${messages.name} m on m.id = p."messageId"`,
    at: 'p."receivedAt"',
    id: 'p."messageId"',
    where: ['p."folderId" = f.folder', `m.box = any(${$(boxes)})`],
  };
}

/** Not in parts: the planner weighs a range by time against the words' own index, and must see the query for that. */
function found({ accounts, boxes, folders }: Wanted, search: string, $: Parameter): Source {
  const [only, ...others] = accounts === 'all' ? [] : accounts;
  const where = [`s.words @@ ${$(search)}::tsquery`, `m.box = any(${$(boxes)})`];
  if (only !== undefined) where.push(others.length === 0 ? `s."accountId" = ${$(only)}` : `s."accountId" = any(${$(accounts)})`);
  if (folders)
    where.push(
      `exists (select 1 from ${places.name} p where p."folderId" = any(${$(folders)}) and p."messageId" = s."messageId")`,
    );
  return {
    from: `${searchTable.name} s join ${messages.name} m on m.id = s."messageId"`,
    at: 's."receivedAt"',
    id: 's."messageId"',
    where,
  };
}
