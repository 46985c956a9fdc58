import type { Slice } from '../../src/platform/slice.js';
import { ListContactsEndpoint, ListContactsHandler } from './list-contacts.js';
import { ShowContactEndpoint, ShowContactHandler } from './show-contact.js';

export const contactQueries: Slice = {
  endpoints: [ListContactsEndpoint, ShowContactEndpoint],
  handlers: [ListContactsHandler, ShowContactHandler],
};
