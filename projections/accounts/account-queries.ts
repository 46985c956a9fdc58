import type { Slice } from '../../src/platform/slice.js';
import { ListAccountsEndpoint, ListAccountsHandler } from './list-accounts.js';
import { ShowAccountEndpoint, ShowAccountHandler } from './show-account.js';

export const accountQueries: Slice = {
  endpoints: [ListAccountsEndpoint, ShowAccountEndpoint],
  handlers: [ListAccountsHandler, ShowAccountHandler],
};
