import type { Slice } from '../../src/platform/slice.js';
import { ListFetchesEndpoint, ListFetchesHandler } from './list-fetches.js';
import { ShowFetchEndpoint, ShowFetchHandler } from './show-fetch.js';

export const fetchQueries: Slice = {
  endpoints: [ListFetchesEndpoint, ShowFetchEndpoint],
  handlers: [ListFetchesHandler, ShowFetchHandler],
};
