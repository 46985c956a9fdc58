import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './api.js';

export const messageQuery = (id: string, images: boolean) =>
  queryOptions({
    queryKey: ['message', id, images],
    gcTime: 60_000,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/messages/{id}', { params: { path: { id }, query: images ? { images } : {} }, signal })),
  });
