import { messagesRead, messagesUnread, readUpTo } from '../../test/examples/reading-facts.js';
import { given } from '../../test/given.js';
import { mark, type Marking } from './reading.decider.js';
import { type Marks, marks } from './reading.fold.js';

const usual: Marking = { accountId: 'info', userId: 'ben', messageIds: ['message-1'], isRead: true, opens: false };
const marking =
  (asked: Partial<Marking> = {}) =>
  (state: Marks) =>
    mark(state, { ...usual, ...asked });

describe('marking messages as read', () => {
  it('is recorded', () => given(marks).when(marking()).then(messagesRead()));

  it('a second time changes nothing', () => given(marks, messagesRead()).when(marking()).then());

  it('records only messages that are not read, each once', () =>
    given(marks, messagesRead())
      .when(marking({ messageIds: ['message-2', 'message-1', 'message-2'] }))
      .then(messagesRead({ messageIds: ['message-2'] })));

  it('after a mark as unread is recorded', () =>
    given(marks, messagesRead(), messagesUnread()).when(marking()).then(messagesRead()));

  it('writes at most 500 messages into a fact', () => {
    const messageIds = Array.from({ length: 501 }, (_, n) => `message-${n}`);
    given(marks)
      .when(marking({ messageIds }))
      .then(messagesRead({ messageIds: messageIds.slice(0, 500) }), messagesRead({ messageIds: ['message-500'] }));
  });
});

describe('marking messages as unread', () => {
  const unread = { isRead: false };

  it('is recorded, also of messages that count as read for their age', () =>
    given(marks).when(marking(unread)).then(messagesUnread()));

  it('a second time changes nothing', () => given(marks, messagesUnread()).when(marking(unread)).then());

  it('is recorded again once all mail counts as read', () =>
    given(marks, messagesUnread(), readUpTo()).when(marking(unread)).then(messagesUnread()));
});

describe('the first mark of an administrator without access of their own', () => {
  const opens = { opens: true };

  it('opens the account: older mail counts as read', () =>
    given(marks)
      .when(marking({ ...opens, isRead: false }))
      .then(readUpTo(), messagesUnread()));

  it('opens it once', () =>
    given(marks, readUpTo(), messagesRead())
      .when(marking({ ...opens, messageIds: ['message-2'] }))
      .then(messagesRead({ messageIds: ['message-2'] })));

  it('opens it also if the messages are marked already', () =>
    given(marks, messagesRead()).when(marking(opens)).then(readUpTo()));

  it('a second time changes nothing', () => given(marks, readUpTo(), messagesRead()).when(marking(opens)).then());
});
