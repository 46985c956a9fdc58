import { useLingui } from '@lingui/react/macro';
import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from './button.js';
import { EmptyState } from './empty-state.js';
import { FailedState } from './failed-state.js';
import { LoadingLines } from './loading-lines.js';

interface Page<T> {
  items: T[];
  next: string | null;
}

interface Props<T> {
  title: string;
  /** name of the query, and the filters that it depends on */
  queryKey: QueryKey;
  load: (given: { cursor?: string; q?: string }, signal: AbortSignal) => Promise<Page<T>>;
  columns: readonly string[];
  /** a row of the table */
  row: (item: T) => ReactNode;
  empty: { icon: ReactNode; title: string; text: string };
  /** true: the list can be searched */
  searches?: boolean;
  filters?: ReactNode;
  action?: ReactNode;
}

/** A table of pages, with search, filters and an action. */
export function ListScreen<T>(props: Props<T>): ReactNode {
  const { title, queryKey, load, columns, row, empty, searches = false, filters, action } = props;
  const { t } = useLingui();
  const [q, setQ] = useState('');
  const list = useInfiniteQuery({
    queryKey: [...queryKey, q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      load({ ...(pageParam ? { cursor: pageParam } : {}), ...(q.trim() ? { q: q.trim() } : {}) }, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (old) => old,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <main className="screen">
      <header className="screen-head">
        <h1>{title}</h1>
        {searches && (
          <search className="search">
            <Search size={16} aria-hidden />
            <input
              className="input"
              type="search"
              value={q}
              placeholder={t`Search`}
              aria-label={t`Search`}
              onChange={(event) => setQ(event.target.value)}
            />
          </search>
        )}
        {filters}
        {action}
      </header>
      <div className="screen-body">
        {list.isPending ? (
          <LoadingLines />
        ) : list.isError ? (
          <FailedState error={list.error} retry={() => void list.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState icon={empty.icon} title={q ? t`Nothing was found` : empty.title}>
            {q ? t`Try fewer words, or the beginning of a word.` : empty.text}
          </EmptyState>
        ) : (
          <div className="card table-card">
            <table className="table">
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column}>{column || <span className="visually-hidden">{t`Actions`}</span>}</th>
                  ))}
                </tr>
              </thead>
              <tbody>{items.map(row)}</tbody>
            </table>
          </div>
        )}
        {list.hasNextPage && (
          <p className="more">
            <Button
              isPending={list.isFetchingNextPage}
              onPress={() => void list.fetchNextPage()}
            >{t`Show more`}</Button>
          </p>
        )}
      </div>
    </main>
  );
}
