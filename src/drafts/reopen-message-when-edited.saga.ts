import type { Caller } from '../platform/auth/caller.js';
import type { Origin } from '../platform/commands/decide.js';
import type { Saga } from '../platform/followers/saga.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { TakenBack } from '../sending/taken-back.js';
import { ReopenMessage } from './reopen-message.js';

type Cancelled = Extract<MessageEvent, { type: 'SendCancelled' }>;

/** A message that was taken back to be edited becomes a draft, also if its request was killed. */
export const reopenMessageWhenEdited: Saga<Cancelled> = {
  name: 'reopen-message-when-edited',
  types: ['SendCancelled'],
  concerns: ({ data }) => data.why === 'edited',
  key: ({ data }) => data.accountId,
  react: ({ data: { messageId, accountId, userId } }, origin) => [
    new ReopenMessage({ messageId, accountId, userId }, readerOf({ messageId, accountId, userId }, origin)),
  ],
};

/** The system reads with the rights of a person that uses the account of the message alone. */
const readerOf = ({ accountId, userId }: TakenBack, origin: Origin): Caller => ({
  actor: { id: userId ?? `drafts of ${accountId}`, role: 'user' },
  userId,
  accounts: new Set([accountId]),
  origin,
});
