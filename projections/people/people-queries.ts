import type { Slice } from '../../src/platform/slice.js';
import { ListTokensEndpoint, ListTokensHandler } from './list-tokens.js';
import { ListUsersEndpoint, ListUsersHandler } from './list-users.js';
import { ShowUserEndpoint, ShowUserHandler } from './show-user.js';
import { WhoAmIEndpoint, WhoAmIHandler } from './who-am-i.js';

export const peopleQueries: Slice = {
  endpoints: [WhoAmIEndpoint, ListUsersEndpoint, ShowUserEndpoint, ListTokensEndpoint],
  handlers: [WhoAmIHandler, ListUsersHandler, ShowUserHandler, ListTokensHandler],
};
