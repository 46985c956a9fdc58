import { queryOptions } from '@tanstack/react-query';
import { api, ask, type Schemas } from './api.js';

export type ShortAccount = Schemas['ShortAccountAnswer'];
export type Folder = Schemas['FolderAnswer'];

/** All accounts of the caller, by address. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: async ({ signal }): Promise<ShortAccount[]> => {
    const accounts: ShortAccount[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const query = { short: true, limit: 200, ...(cursor === undefined ? {} : { cursor }) };
      const page = await ask(api.GET('/api/accounts', { params: { query }, signal }));
      accounts.push(...page.items);
      cursor = page.next;
    }
    return accounts;
  },
});

export const foldersQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['folders', accountId],
    queryFn: async ({ signal }): Promise<Folder[]> =>
      (await ask(api.GET('/api/accounts/{id}/folders', { params: { path: { id: accountId } }, signal }))).items,
  });
