import { Map } from 'immutable';
import { accessGranted, accessRevoked, accountRemoved } from '../../test/examples/account-facts.js';
import { messageDestroyed, messageErased } from '../../test/examples/message-facts.js';
import { userRoleChanged } from '../../test/examples/people-facts.js';
import { messagesRead, messagesUnread, readUpTo } from '../../test/examples/reading-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { everyFactHasACase, ProjectionsUnderTest } from '../../test/given-projection.js';
import { KnownMarks, knownMarks } from './known-marks.js';

const second = { messageIds: ['message-2'] };

everyFactHasACase(knownMarks, {
  MessagesRead: {
    given: [messagesUnread(), messagesRead({ messageIds: ['message-1', 'message-2'] })],
    rows: {
      marks: [
        { messageId: 'message-1', userId: 'ben', accountId: 'info', isRead: true },
        { messageId: 'message-2', isRead: true },
      ],
      streams: [{ accountId: 'info', userId: 'ben', revision: 1 }],
    },
  },
  MessagesUnread: {
    given: [messagesRead(), messagesUnread()],
    rows: { marks: [{ messageId: 'message-1', isRead: false }], streams: [{ revision: 1 }] },
  },
  ReadUpTo: {
    given: [messagesRead(), messagesUnread(second), messagesUnread({ userId: 'emil' }), readUpTo()],
    rows: {
      marks: [
        { messageId: 'message-1', userId: 'ben', isRead: true },
        { messageId: 'message-1', userId: 'emil', isRead: false },
      ],
      openings: [{ accountId: 'info', userId: 'ben' }],
      streams: [
        { userId: 'ben', revision: 2 },
        { userId: 'emil', revision: 0 },
      ],
    },
  },
  AccessGranted: {
    given: [messagesRead(), messagesUnread(second), accessGranted()],
    rows: { marks: [{ messageId: 'message-1', isRead: true }] },
  },
  AccessRevoked: {
    given: [readUpTo(), readUpTo({ userId: 'emil' }), accessRevoked()],
    rows: { openings: [{ userId: 'emil' }] },
  },
  UserRoleChanged: {
    given: [readUpTo(), readUpTo({ userId: 'emil' }), readUpTo({ accountId: 'sales' }), userRoleChanged()],
    rows: { openings: [{ userId: 'emil' }] },
  },
  MessageErased: {
    given: [messagesRead(), messagesRead({ userId: 'emil', messageIds: ['message-1', 'message-2'] }), messageErased()],
    rows: { marks: [{ messageId: 'message-2' }] },
  },
  MessageDestroyed: {
    given: [messagesRead(), messagesRead({ messageIds: ['message-2'] }), messageDestroyed()],
    rows: { marks: [{ messageId: 'message-2' }] },
  },
  AccountRemoved: {
    given: [readUpTo({ accountId: 'sales' }), readUpTo(), messagesRead(), accountRemoved()],
    rows: { marks: [], openings: [{ accountId: 'sales' }], streams: [{ accountId: 'sales' }] },
  },
});

describe('a decision', () => {
  let under: ProjectionsUnderTest;
  beforeAll(async () => (under = await ProjectionsUnderTest.open(knownMarks)));
  afterAll(() => under.close());

  it('knows the marks of its messages, and the revision of the stream', async () => {
    const known = new KnownMarks(under.database);
    const asked = () => known.of('info', 'ben', ['message-1', 'message-2', 'message-3']);
    expect(await asked()).toEqual({ state: { opened: false, isRead: Map() }, revision: -1 });
    const messageIds = ['message-2', 'message-4'];
    await under.deliver(recorded([readUpTo(), messagesRead(), messagesUnread({ messageIds })]));
    const isRead = Map({ 'message-1': true, 'message-2': false });
    const { state, revision } = await asked();
    expect([state.opened, state.isRead.equals(isRead), revision]).toEqual([true, true, 2]);
  });
});
