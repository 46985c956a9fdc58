import type pg from 'pg';
import { seenByMe } from '../reading/read-marks.js';
import { mailboxTables } from './mailbox-tables.js';
import { ranges, type Wanted } from './message-ranges.js';

const { messages, places, folders, joined, contacts, tasks, outgoing, recipients } = mailboxTables;

/**
 * Columns of a message, alias `m`, with its conversation, contact, task and present folder.
 * @param me parameter with the id of a person; null: none
 */
export const selectMessage = (
  me: string,
): string => `m.*, ${seenByMe(me)}, coalesce(j.root, m."threadId") as "conversationId", c."contactId", t."taskId",
  present."presentFolderId", present."inServerTrash", sent.outgoing`;
const WITH_OTHERS = `
  left join ${joined.name} j on j."threadId" = m."threadId"
  left join ${contacts.name} c on c."addressKey" = m."senderKey"
  left join ${tasks.name} t on t."messageId" = m.id
  left join lateral (
    select (array_agg(p."folderId" order by p."folderId" <> m."folderId", p."folderId"))[1] as "presentFolderId",
      bool_and(coalesce(f.role = 'trash', false)) as "inServerTrash"
    from ${places.name} p left join ${folders.name} f on f.id = p."folderId"
    where p."messageId" = m.id and not p.deleted) present on true
  left join lateral (
    select jsonb_build_object('attempts', o.attempts, 'isRunning', o."isRunning",
      'held', coalesce(o.held, case when o."isOutboxHeld" and m."isInOutbox" then 'instance-held' end),
      'cancelled', o.cancelled,
      'reason', o.reason, 'copy', o.copy, 'createdBy', o."createdBy", 'sendAt', o."sendAt", 'nextTryAt', o."nextTryAt",
      'recipients', (
        select coalesce(jsonb_agg(jsonb_build_object('address', r.address, 'state', r.state, 'reply', r.reply) order by r.n), '[]')
        from ${recipients.name} r where r."messageId" = m.id)) as outgoing
    from ${outgoing.name} o where o."messageId" = m.id) sent on true`;

export const FROM_MESSAGES = `from ${messages.name} m ${WITH_OTHERS}`;

/**
 * For the transaction of a page without a search. Without statistics PostgreSQL takes every mailbox for tiny, and would
 * sort the whole mailbox instead of reading the index in its order.
 */
export const READ_IN_ORDER = 'set local enable_sort = off';

/**
 * One page, newest first. It merges ranges of an index: each range gives its next messages after the last page. So
 * every page costs the same, also of many accounts.
 */
export function selectMessages(wanted: Wanted): pg.QueryConfig<unknown[]> {
  const values: unknown[] = [];
  const $ = (value: unknown): string => `$${values.push(value)}`;
  const text = `select ${selectMessage($(wanted.reader))}
    from (${ranges(wanted, $)} order by at desc, id desc limit ${wanted.limit}) page
    join ${messages.name} m on m.id = page.id ${WITH_OTHERS}
    order by page.at desc, page.id desc`;
  return { text, values };
}

/** Times, ids and positions of the next messages of a list, newest first. */
export function selectIds(wanted: Wanted): pg.QueryConfig<unknown[]> {
  const values: unknown[] = [];
  const text = `select page.at, page.id, m.position
    from (${ranges(wanted, (value) => `$${values.push(value)}`)} order by at desc, id desc limit ${wanted.limit}) page
    join ${messages.name} m on m.id = page.id order by page.at desc, page.id desc`;
  return { text, values };
}
