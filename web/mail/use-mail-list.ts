import { useQueries, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schemas } from '../shared/api.js';
import { type Chunk, type Layout, layoutOf, PAGE_ROWS, placeOf } from './list-layout.js';
import { calendarQuery, type MailList, type Message, newestQuery, newestRows, pageQuery } from './mail-queries.js';

export interface LoadedList {
  /** undefined while the list loads; the newest rows alone until the calendar has counted the others */
  layout: Layout | undefined;
  /** undefined while the row loads */
  rowAt: (index: number) => Message | undefined;
  error: unknown;
  retry: () => void;
}

type Page = Schemas['MessagePage'];

/**
 * The rows of a list that a window shows, loaded by their days.
 * @param from index of the first row
 * @param to index of the last row
 * @param kept index of a row that stays loaded outside of the window; -1: none
 */
export function useMailList(list: MailList, from: number, to: number, kept: number): LoadedList {
  const client = useQueryClient();
  const calendar = useQuery(calendarQuery(list));
  const newest = useQuery({ ...newestQuery(list), enabled: calendar.isPending });
  const layout = useMemo(
    () => (calendar.data ? layoutOf(calendar.data) : calendar.isPending ? beginning(newest.data) : undefined),
    [calendar.data, calendar.isPending, newest.data],
  );
  const wanted = useMemo(() => (layout ? pagesOf(layout, from, to, kept) : []), [layout, from, to, kept]);
  const { pages, error } = useQueries({
    queries: wanted.map(({ chunk, page }) => pageQuery(client, list, chunk, page)),
    combine: outcome,
  });
  const rowAt = useMemo(() => {
    const loaded = new Map(wanted.map(({ chunk, page }, n) => [nameOf(chunk, page), pages[n]]));
    return (index: number): Message | undefined => {
      const place = layout && placeOf(layout, index);
      const page = place && loaded.get(nameOf(place.chunk, place.page));
      return page ? page.items[place.row] : newestRows(client, list)[index];
    };
  }, [client, list, layout, wanted, pages]);
  return {
    layout,
    rowAt,
    error: calendar.data === undefined ? calendar.error : error,
    retry: () => {
      void calendar.refetch();
      void client.refetchQueries({ queryKey: ['messages', list], type: 'active' });
    },
  };
}

/** Of a list that is not counted yet. */
const beginning = (newest: Page | undefined): Layout | undefined =>
  newest && { chunks: [], total: newest.items.length };

const nameOf = ({ since, until }: Chunk, page: number): string => `${since} ${until} ${page}`;

const outcome = (results: UseQueryResult<Page>[]): { pages: (Page | undefined)[]; error: unknown } => ({
  pages: results.map(({ data }) => data),
  error: results.find(({ isError, data }) => isError && data === undefined)?.error,
});

function pagesOf(layout: Layout, from: number, to: number, kept: number): { chunk: Chunk; page: number }[] {
  const pages = [];
  for (let index = Math.max(0, from); index <= Math.min(to, layout.total - 1);) {
    const place = placeOf(layout, index);
    if (!place) break;
    pages.push({ chunk: place.chunk, page: place.page });
    const rest = place.chunk.first + place.chunk.count - index;
    index += Math.min(PAGE_ROWS - place.row, rest);
  }
  const place = kept < 0 ? undefined : placeOf(layout, kept);
  const isThere = pages.some(({ chunk, page }) => chunk === place?.chunk && page === place.page);
  return place && !isThere ? [...pages, { chunk: place.chunk, page: place.page }] : pages;
}
