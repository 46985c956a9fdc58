import type { DataOf, Fact } from '../platform/domain.js';
import type { Saga } from '../platform/followers/saga.js';
import { ErasePerson } from './erase-person.js';
import type { ErasureEvent } from './erasure.events.js';
import { traces } from './traces.js';

type Requested = Fact<'ErasureRequested', DataOf<ErasureEvent, 'ErasureRequested'>>;

/** Runs after all reactions to earlier mail, so that none of them creates a contact, task or reply later. */
export const erasePersonWhenRequested: Saga<Requested> = {
  name: 'erase-person-when-requested',
  types: ['ErasureRequested'],
  after: [
    traces.id,
    'create-contact-when-message-received',
    'create-task-when-message-received',
    'reply-when-message-received',
  ],
  key: ({ data }) => data.addressKey,
  react: ({ data, position }, origin) => [new ErasePerson(data, position, origin)],
};
