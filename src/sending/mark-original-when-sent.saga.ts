import type { MessageEvent } from '../messages/message.events.js';
import type { Saga } from '../platform/followers/saga.js';
import { MarkOriginal } from './mark-original.js';

type Accepted = Extract<MessageEvent, { type: 'RecipientsAccepted' }>;

/** The first recipient that a server accepts makes an original answered or forwarded. */
export const markOriginalWhenSent: Saga<Accepted> = {
  name: 'mark-original-when-sent',
  types: ['RecipientsAccepted'],
  concerns: ({ data }) => data.attempt === 1,
  key: ({ data }) => data.messageId,
  react: ({ data }, origin) => [new MarkOriginal(data.messageId, origin)],
};
