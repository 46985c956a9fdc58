import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../shared/api.js';
import { timeZone } from '../shared/dates.js';
import { meQuery, readsMail } from '../shared/me.js';
import { type Chunk, NEWEST_ROWS, PAGE_ROWS, startOfDay } from './list-layout.js';
import type { MailSearch } from './mail-search.js';

export { messageQuery } from '../shared/message-queries.js';

export type Message = Schemas['MessageSummary'];
type MessagePage = Schemas['MessagePage'];
export type OpenedMessage = Schemas['MessageAnswer'];

/** A list of mail: the address of the screen without the opened message. */
export type MailList = Omit<MailSearch, 'open'>;

/** Pages that no row shows are forgotten soon, so that a long list stays small in memory. */
const KEPT_MS = 20_000;

export const listOf = ({ open: _, ...list }: MailSearch): MailList =>
  list.box === undefined && list.folder === undefined ? { ...list, box: 'received' } : list;

const filtersOf = ({ box, folder, q, unread }: MailList): object => ({
  ...(folder === undefined ? { box } : { folder }),
  ...(q === undefined ? {} : { q }),
  ...(unread === undefined ? {} : { unread }),
});

export const calendarQuery = (list: MailList) =>
  queryOptions({
    queryKey: ['calendar', list],
    queryFn: async ({ signal }) => {
      const { account, since, until } = list;
      const days = { ...(since ? { since } : {}), ...(until ? { until } : {}) };
      const query = { ...filtersOf(list), ...days, timeZone: timeZone() };
      const answer = account
        ? await ask(
            api.GET('/api/accounts/{id}/messages/calendar', { params: { path: { id: account }, query }, signal }),
          )
        : await ask(api.GET('/api/messages/calendar', { params: { query }, signal }));
      return answer.days as [day: string, count: number][];
    },
  });

const pageOf = (
  { account }: MailList,
  query: { limit: number; since?: string; until?: string; cursor?: string },
  signal: AbortSignal,
): Promise<MessagePage> =>
  account
    ? ask(api.GET('/api/accounts/{id}/messages', { params: { path: { id: account }, query }, signal }))
    : ask(api.GET('/api/messages', { params: { query }, signal }));

/** The newest rows: they are there before the calendar has counted a large mailbox. */
export const newestQuery = (list: MailList) =>
  queryOptions({
    queryKey: ['messages', list, 'newest'],
    gcTime: KEPT_MS,
    queryFn: ({ signal }) => {
      const { since, until } = list;
      const days = { ...(since ? { since } : {}), ...(until ? { until } : {}) };
      return pageOf(list, { ...filtersOf(list), ...days, limit: NEWEST_ROWS }, signal);
    },
  });

/** The newest rows, unless the list has changed since they were read. */
export function newestRows(client: QueryClient, list: MailList): readonly Message[] {
  const state = client.getQueryState(newestQuery(list).queryKey);
  return state?.isInvalidated === false ? (state.data?.items ?? []) : [];
}

/** One page of a chunk. A day with more rows than a page holds is read by the cursors of the pages before. */
export const pageQuery = (client: QueryClient, list: MailList, chunk: Chunk, page: number) =>
  queryOptions({
    queryKey: ['messages', list, chunk.since, chunk.until, page],
    gcTime: KEPT_MS,
    queryFn: async ({ signal }): Promise<MessagePage> => {
      const { since, until, first, count } = chunk;
      const known = newestRows(client, list).slice(first, first + count);
      if (known.length === count) return { items: known, next: null };
      const before = page === 0 ? undefined : await client.query(earlier(client, list, chunk, page - 1));
      if (before && before.next === null) return { items: [], next: null };
      const query = {
        ...filtersOf(list),
        since: startOfDay(since),
        until: startOfDay(until, 1),
        limit: PAGE_ROWS,
        ...(before ? { cursor: before.next! } : {}),
      };
      return pageOf(list, query, signal);
    },
  });

const earlier = (client: QueryClient, list: MailList, chunk: Chunk, page: number) =>
  pageQuery(client, list, chunk, page);

/**
 * Asks for a list before its screen does. Failures are left to the screen. A person without mail asks for none: the
 * service would record the request as a refused attempt.
 */
export async function askForList(client: QueryClient, list: MailList): Promise<void> {
  if (client.getQueryData(calendarQuery(list).queryKey) !== undefined) return;
  const me = await client.query(meQuery).catch(() => undefined);
  if (!me || !readsMail(me)) return;
  for (const asked of [client.query(calendarQuery(list)), client.query(newestQuery(list))])
    asked.catch(() => undefined);
}

export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ['thread', id],
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/threads/{id}', { params: { path: { id }, query: { limit: 200 } }, signal })),
  });
