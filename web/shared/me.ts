import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from './api.js';

export type Me = Schemas['MeAnswer'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask(api.GET('/api/me', { signal })),
});

/** The signed-in person. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data;

/** False for auditors, and for a person without any account. */
export const readsMail = ({ role, mailModule }: Me): boolean => role !== 'auditor' && mailModule;
