import { accountRemoved } from '../../test/examples/account-facts.js';
import { replyQueued, replySuppressed } from '../../test/examples/autoreply-facts.js';
import { messageDestroyed, messageErased } from '../../test/examples/message-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import {
  deliveryFailed,
  recipientsAccepted,
  recipientsDeferred,
  recipientsRefused,
  sendCancelled,
  sendHeld,
  sendResolved,
  sendUnknown,
} from '../../test/examples/sending-facts.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { absenceReplies } from './absence-replies.js';
import { sentenceOf } from './reply-answer.js';

const other = replyQueued({ messageId: 'message-2', replyId: 'message-10' });
const waiting = { messageId: 'message-2', replyId: 'message-10', outcome: 'waiting' };
const shows = (outcome: string, reason: string | null) => ({
  replies: [{ messageId: 'message-1', replyId: 'message-9', outcome, reason }, waiting],
});

everyFactHasACase(absenceReplies, {
  ReplyQueued: {
    given: [replyQueued()],
    rows: {
      replies: [
        {
          messageId: 'message-1',
          accountId: 'info',
          replyId: 'message-9',
          to: 'dora@customer.example',
          at: new Date(atOf(0)),
          outcome: 'waiting',
          reason: null,
          position: positionOf(0),
        },
      ],
    },
  },
  ReplySuppressed: {
    given: [replyQueued(), replySuppressed({ messageId: 'message-3', to: null }), replySuppressed()],
    rows: {
      replies: [
        { messageId: 'message-1', replyId: null, outcome: 'suppressed', reason: 'already-replied' },
        { messageId: 'message-3', to: null },
      ],
    },
  },
  RecipientsAccepted: { given: [replyQueued(), other, recipientsAccepted()], rows: shows('sent', null) },
  RecipientsRefused: { given: [replyQueued(), other, recipientsRefused()], rows: shows('failed', '5.1.1') },
  RecipientsDeferred: { given: [replyQueued(), other, recipientsDeferred()], rows: shows('waiting', '4.2.2') },
  SendUnknown: { given: [replyQueued(), other, sendUnknown()], rows: shows('unknown', 'no-reply') },
  SendResolved: { given: [replyQueued(), other, sendUnknown(), sendResolved()], rows: shows('sent', null) },
  SendHeld: { given: [replyQueued(), other, sendHeld()], rows: shows('waiting', 'overdue') },
  SendCancelled: { given: [replyQueued(), other, sendCancelled()], rows: shows('failed', 'person') },
  DeliveryFailed: {
    given: [replyQueued(), other, recipientsAccepted(), deliveryFailed()],
    rows: shows('failed', '5.1.1'),
  },
  MessageErased: {
    given: [replyQueued(), other, messageErased({ messageId: 'message-10' }), messageErased()],
    rows: {
      replies: [
        { messageId: 'message-1', to: null },
        { messageId: 'message-2', to: null },
      ],
    },
  },
  MessageDestroyed: {
    given: [replyQueued(), other, messageDestroyed()],
    rows: {
      replies: [
        { messageId: 'message-1', to: null },
        { messageId: 'message-2', to: 'dora@customer.example' },
      ],
    },
  },
  AccountRemoved: {
    given: [replyQueued(), replyQueued({ messageId: 'message-2', accountId: 'sales' }), accountRemoved()],
    rows: { replies: [{ messageId: 'message-2' }] },
  },
});

it.each([
  ['suppressed', 'already-replied', 'Not answered: this sender has had an answer in this absence.'],
  ['sent', null, 'The mail server took the answer.'],
  ['failed', '5.1.1', 'The answer did not arrive (5.1.1).'],
  ['unknown', 'no-reply', 'The connection broke before the mail server confirmed the answer.'],
] as const)('%s (%s) is told in a sentence', (outcome, reason, expected) => {
  expect(sentenceOf({ outcome, reason })).toBe(expected);
});
