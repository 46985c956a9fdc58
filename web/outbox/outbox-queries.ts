import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from '../shared/api.js';

/** Mail that has not left to everybody, newest first. @param account id; undefined: all accounts */
export const outboxQuery = (account: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['outbox', account ?? 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) => {
      const query = pageParam === undefined ? {} : { cursor: pageParam };
      return account === undefined
        ? ask(api.GET('/api/outbox', { params: { query }, signal }))
        : ask(api.GET('/api/accounts/{id}/outbox', { params: { path: { id: account }, query }, signal }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** Mail of the last 30 days that did not arrive everywhere. */
export const undeliveredQuery = (account: string | undefined) =>
  queryOptions({
    queryKey: ['outbox', account ?? 'all', 'undelivered'],
    queryFn: async ({ signal }) => {
      const query = { undelivered: true, limit: 50 };
      const { items } = await (account === undefined
        ? ask(api.GET('/api/outbox', { params: { query }, signal }))
        : ask(api.GET('/api/accounts/{id}/outbox', { params: { path: { id: account }, query }, signal })));
      return items;
    },
  });

/** Whether a restored or copied instance holds mail back; for administrators. */
export const holdQuery = queryOptions({
  queryKey: ['outbox', 'hold'],
  queryFn: ({ signal }) => ask(api.GET('/api/outbox/hold', { signal })),
});
