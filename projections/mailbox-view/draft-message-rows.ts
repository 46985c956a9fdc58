import type { DraftEvent } from '../../src/drafts/draft.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import type { Rows } from '../../src/platform/read-models/projection.js';
import type { MessageRow } from './mailbox-tables.js';

interface RowsOf {
  messages: Rows<MessageRow>;
  places: Pick<Rows<{ messageId: string }>, 'removeWhere'>;
}
type Told<T extends DraftEvent['type']> = Recorded<Extract<DraftEvent, { type: T }>>;

const NO_CONTENT: MessageRow['content'] = {
  header: null,
  from: null,
  to: null,
  cc: null,
  replyTo: null,
  subject: null,
  date: null,
  preview: null,
  attachments: null,
};

const draftRow = ({ data, position, metadata }: Told<'DraftBegun'> | Told<'DraftTaken'>): MessageRow => ({
  id: data.draftId,
  accountId: data.accountId,
  threadId: data.threadId ?? data.draftId,
  folderId: null,
  wishedFolderId: null,
  deletedAt: null,
  position,
  receivedAt: new Date(metadata.at),
  isInInbox: false,
  isSent: false,
  isReceived: false,
  isInOutbox: false,
  isCancelled: false,
  isDraftHere: true,
  begunBy: data.userId,
  seen: true,
  flagged: false,
  answered: false,
  forwarded: false,
  size: 0,
  hash: '',
  parsed: true,
  senderKey: null,
  content: NO_CONTENT,
});

/** Rows of the drafts of this service, in the order of their editing sessions. */
export const draftHandlers = <R extends RowsOf>() => {
  const ended = ({ messages }: R, { data: { draftId } }: { data: { draftId: string } }): void =>
    messages.remove({ id: draftId });
  return {
    DraftBegun: ({ messages }: R, fact: Told<'DraftBegun'>) => messages.put(draftRow(fact)),
    DraftTaken: ({ messages, places }: R, fact: Told<'DraftTaken'>) => {
      const { messageId } = fact.data;
      messages.put(draftRow(fact));
      // The draft takes the place of the message, which the other program may still have.
      messages.remove({ id: messageId });
      places.removeWhere({ messageId });
    },
    DraftSaved: ({ messages }: R, { data: { draftId }, metadata }: Told<'DraftSaved'>) =>
      messages.update({ id: draftId }, { receivedAt: new Date(metadata.at) }),
    DraftSent: ended,
    DraftDiscarded: ended,
    DraftGone: ended,
  };
};
