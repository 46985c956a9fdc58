import type { Slice } from '../../src/platform/slice.js';
import { Past } from './past.js';
import { ShowAccessEndpoint, ShowAccessHandler } from './show-access.js';
import { ShowAccountThenHandler } from './show-account-then.js';

export const timeTravelQueries: Slice = {
  endpoints: [ShowAccessEndpoint],
  handlers: [ShowAccountThenHandler, ShowAccessHandler],
  services: [Past],
};
