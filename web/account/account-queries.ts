import { queryOptions } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../shared/api.js';

export type Account = Schemas['AccountAnswer'];
export type Settings = Schemas['ChangeSettingsBody'];
export type HistoryEntry = Schemas['HistoryEntryAnswer'];

export interface Moment {
  at?: string;
  revision?: number;
}

export const accountQuery = (id: string, moment: Moment = {}) =>
  queryOptions({
    queryKey: ['account', id, moment],
    queryFn: ({ signal }) => ask(api.GET('/api/accounts/{id}', { params: { path: { id }, query: moment }, signal })),
  });

export const accessQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: ['access', id, at ?? null],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/api/accounts/{id}/access', { params: { path: { id }, query: at ? { at } : {} }, signal })))
        .items,
  });

export const fetchesQuery = (id: string) =>
  queryOptions({
    queryKey: ['fetches', id],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/api/accounts/{id}/fetches', { params: { path: { id }, query: { limit: 1 } }, signal })))
        .items,
  });
