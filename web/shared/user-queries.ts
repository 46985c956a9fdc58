import { queryOptions } from '@tanstack/react-query';
import { api, ask, type Schemas } from './api.js';

export type User = Schemas['UserAnswer'];

/** All users; for administrators. */
export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }): Promise<User[]> => {
    const users: User[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
      const page = await ask(api.GET('/api/users', { params: { query }, signal }));
      users.push(...page.items);
      cursor = page.next;
    }
    return users;
  },
});
