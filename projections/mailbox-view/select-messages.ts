import type pg from 'pg';
import { mailboxTables } from './mailbox-view.js';
import { isShown, ranges, type Wanted } from './message-ranges.js';

const { messages, contacts, tasks } = mailboxTables;

/** Alias `m`; contact and task are looked up for the rows that are left. */
export const SELECT_MESSAGE = `m.*, c."contactId", t."taskId"`;
const WITH_CONTACT_AND_TASK = `
  left join ${contacts.name} c on c."addressKey" = m."senderKey"
  left join ${tasks.name} t on t."messageId" = m.id`;
/** Received mail of an account that only sends is kept, but not shown. Alias `m`. */
export const IS_SHOWN = isShown('m.box', 'm."accountId"');

export const FROM_MESSAGES = `from ${messages.name} m ${WITH_CONTACT_AND_TASK}`;

/**
 * For the transaction of a page that no words are looked for in. As long as PostgreSQL has not counted, it takes a mailbox for
 * tiny and would rather sort it all than read the index in its order.
 */
export const READ_IN_ORDER = 'set local enable_sort = off';

/**
 * Newest first. A list is merged of ranges of an index: each gives its next messages, beginning behind the last page. So a page
 * costs the same wherever it lies and however many accounts it is of.
 */
export function selectMessages(wanted: Wanted): pg.QueryConfig<unknown[]> {
  const values: unknown[] = [];
  const text = `select ${SELECT_MESSAGE}
    from (${ranges(wanted, (value) => `$${values.push(value)}`)} order by at desc, id desc limit ${wanted.limit}) page
    join ${messages.name} m on m.id = page.id ${WITH_CONTACT_AND_TASK}
    order by page.at desc, page.id desc`;
  return { text, values };
}
