import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../shared/api.js';
import { timeZone } from '../shared/dates.js';
import { type Chunk, layoutOf, PAGE_ROWS, startOfDay } from './list-layout.js';
import type { MailSearch } from './mail-search.js';

export { messageQuery } from '../shared/message-queries.js';

export type Message = Schemas['MessageSummary'];
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

/** One page of a chunk. A day with more rows than a page holds is read by the cursors of the pages before. */
export const pageQuery = (client: QueryClient, list: MailList, { since, until }: Chunk, page: number) =>
  queryOptions({
    queryKey: ['messages', list, since, until, page],
    gcTime: KEPT_MS,
    queryFn: async ({ signal }): Promise<Schemas['MessagePage']> => {
      const before = page === 0 ? undefined : await client.query(earlier(client, list, { since, until }, page - 1));
      if (before && before.next === null) return { items: [], next: null };
      const query = {
        ...filtersOf(list),
        since: startOfDay(since),
        until: startOfDay(until, 1),
        limit: PAGE_ROWS,
        ...(before ? { cursor: before.next! } : {}),
      };
      const { account } = list;
      return account
        ? ask(api.GET('/api/accounts/{id}/messages', { params: { path: { id: account }, query }, signal }))
        : ask(api.GET('/api/messages', { params: { query }, signal }));
    },
  });

const earlier = (client: QueryClient, list: MailList, days: Pick<Chunk, 'since' | 'until'>, page: number) =>
  pageQuery(client, list, days as Chunk, page);

/** Asks for the calendar and the newest messages of a list before its screen does. Failures are left to the screen. */
export async function askForList(client: QueryClient, list: MailList): Promise<void> {
  try {
    const [newest] = layoutOf(await client.query(calendarQuery(list))).chunks;
    if (newest) await client.query(pageQuery(client, list, newest, 0));
  } catch {
    // The screen asks again, and shows the error.
  }
}

export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ['thread', id],
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/threads/{id}', { params: { path: { id }, query: { limit: 200 } }, signal })),
  });
