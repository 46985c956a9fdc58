import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Layout, layoutOf, placeOf } from './list-layout.js';
import { calendarQuery, type MailList, type Message, pageQuery } from './mail-queries.js';

export interface LoadedList {
  /** undefined while the calendar loads */
  layout: Layout | undefined;
  /** undefined while the row loads */
  rowAt: (index: number) => Message | undefined;
  error: unknown;
  retry: () => void;
}

/**
 * The rows of a list that a window shows, loaded by their days.
 * @param from index of the first row
 * @param to index of the last row
 */
export function useMailList(list: MailList, from: number, to: number): LoadedList {
  const client = useQueryClient();
  const calendar = useQuery(calendarQuery(list));
  const layout = useMemo(() => calendar.data && layoutOf(calendar.data), [calendar.data]);
  const wanted = layout ? pagesBetween(layout, from, to) : [];
  const pages = useQueries({ queries: wanted.map(({ chunk, page }) => pageQuery(client, list, chunk, page)) });
  const failed = pages.find(({ isError, data }) => isError && data === undefined);
  return {
    layout,
    rowAt: (index) => {
      const place = layout && placeOf(layout, index);
      if (!place) return undefined;
      const at = wanted.findIndex(({ chunk, page }) => chunk.until === place.chunk.until && page === place.page);
      return pages[at]?.data?.items[place.row];
    },
    error: calendar.data === undefined ? calendar.error : failed?.error,
    retry: () => {
      void calendar.refetch();
      for (const page of pages) if (page.isError) void page.refetch();
    },
  };
}

function pagesBetween(layout: Layout, from: number, to: number): { chunk: Layout['chunks'][number]; page: number }[] {
  const pages = [];
  for (let index = Math.max(0, from); index <= Math.min(to, layout.total - 1);) {
    const place = placeOf(layout, index);
    if (!place) break;
    pages.push({ chunk: place.chunk, page: place.page });
    const rest = place.chunk.first + place.chunk.count - index;
    index += Math.min(100 - place.row, rest);
  }
  return pages;
}
