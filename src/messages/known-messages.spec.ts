import { poolOf } from '../platform/database/database.js';
import type { AnyFact } from '../all.events.js';
import {
  conversationJoined,
  draftFound,
  messageAlsoReceived,
  messageDestroyed,
  messageKeysTaken,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import { messageQueued } from '../../test/examples/sending-facts.js';
import { positionOf, recorded } from '../../test/examples/recorded.js';
import { everyFactHasACase, ProjectionsUnderTest } from '../../test/given-projection.js';
import { conversationsApart, KnownMessages, knownMessages, repeated } from './known-messages.js';
import { messageIdOf } from './message.decider.js';
import { MessageKeys } from './message-keys.js';

const keys = new MessageKeys({ nameFor: (purpose, value) => `${purpose} ${value}` });
const projection = knownMessages(keys);
const bytesId = messageIdOf('info', messageReceived().data.hash);
const fromReleaseBefore = { author: 'from', reactionKey: null, conversationKeys: null } as const;

everyFactHasACase(projection, {
  MessageReceived: {
    given: [
      messageReceived({ messageId: 'message-0', ...fromReleaseBefore, inReplyTo: '<order-6@customer.example>' }),
      messageReceived({ conversationKeys: ['thread-1', 'key-of-order-7'] }),
    ],
    rows: {
      messages: [
        {
          messageId: 'message-0',
          bytesId,
          reactionKey:
            'reaction info ["<order-7@customer.example>","dora@customer.example","2026-01-30T08:59:58.000Z"]',
        },
        {
          messageId: 'message-1',
          bytesId,
          reactionKey: 'reaction-to-order-7',
          threadId: 'thread-1',
          position: positionOf(1),
          received: positionOf(1),
        },
      ],
      keys: [
        { key: 'key-of-order-7', threadId: 'thread-1' },
        { key: 'thread info <order-6@customer.example>', threadId: 'thread-1' },
        { key: 'thread info <order-7@customer.example>', threadId: 'thread-1' },
      ],
    },
  },
  SentMessageFound: {
    given: [sentMessageFound()],
    rows: { messages: [{ messageId: 'message-2', received: null }], keys: [{ key: 'key-of-reply-7' }] },
  },
  DraftFound: {
    given: [draftFound({ reactionKey: null })],
    rows: { messages: [{ messageId: 'message-3', reactionKey: null, received: null }], keys: [] },
  },
  MessageQueued: {
    given: [messageQueued()],
    rows: {
      messages: [{ messageId: 'message-9', reactionKey: 'reaction-to-reply-9', received: null }],
      identities: [{ messageId: 'message-9', identityKey: 'identity-of-reply-9' }],
      keys: [{ key: 'key-of-reply-9', threadId: 'thread-1' }],
    },
  },
  MessageDestroyed: {
    given: [
      draftFound(),
      messageReceived(),
      messageDestroyed({ messageId: 'message-1' }),
      messageDestroyed({ messageId: 'message-3', why: 'draft-gone' }),
    ],
    rows: { messages: [{ messageId: 'message-1' }] },
  },
  MessageAlsoReceived: {
    given: [sentMessageFound(), messageAlsoReceived()],
    rows: { messages: [{ messageId: 'message-2', position: positionOf(0), received: positionOf(1) }] },
  },
  MessageKeysTaken: {
    given: [
      messageReceived({ ...fromReleaseBefore, header: null, from: null, date: null }),
      messageKeysTaken({ conversationKeys: ['thread-1', 'key-of-order-7'] }),
    ],
    rows: {
      messages: [{ messageId: 'message-1', bytesId, reactionKey: 'reaction-to-order-7' }],
      keys: [{ key: 'key-of-order-7', threadId: 'thread-1' }],
      identities: [{ messageId: 'message-1', identityKey: 'identity-of-order-7' }],
    },
  },
  ConversationJoined: {
    given: [conversationJoined({ conversationId: 'thread-3', into: 'thread-2' }), conversationJoined()],
    rows: {
      joined: [
        { threadId: 'thread-2', root: 'thread-1' },
        { threadId: 'thread-3', root: 'thread-1' },
      ],
    },
  },
});

describe('known messages', () => {
  let under: ProjectionsUnderTest;
  let known: KnownMessages;
  beforeAll(async () => {
    under = await ProjectionsUnderTest.open(projection);
    known = new KnownMessages(under.database);
  });
  beforeEach(() => under.empty());
  afterAll(() => under.close());

  const onRecord = (...facts: AnyFact[]) => under.deliver(recorded(facts));
  const mail = (messageId: string, threadId: string, ...conversationKeys: string[]) =>
    messageReceived({ messageId, threadId, conversationKeys });
  const apart = async (...asked: [threadId: string, ...keys: string[]][]) =>
    conversationsApart(
      poolOf(under.database),
      asked.map(([threadId, ...others]) => ({ threadId, keys: [threadId, ...others] })),
    );

  it('are found by their bytes, and by Message-ID, From and Date', async () => {
    await onRecord(messageReceived(), sentMessageFound({ hash: 'of-the-reply' }));
    const reply = messageIdOf('info', 'of-the-reply');
    expect(await known.alike([bytesId], ['reaction-to-reply-7'])).toMatchObject([
      { messageId: 'message-1', bytesId, reactionKey: 'reaction-to-order-7' },
      { messageId: 'message-2', bytesId: reply },
    ]);
    expect(await known.alike(['other'], ['other'])).toEqual([]);
  });

  it('show conversations that name one Message-ID', async () => {
    await onRecord(mail('a', 'a'), mail('d', 'c', 'c', 'd'), mail('c', 'a', 'a', 'b', 'c'), mail('x', 'x'));
    expect(await apart(['c', 'd'], ['a', 'b', 'c'], ['x'], ['new', 'unknown'], ['z', 'x'])).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
    expect((await known.conversationsNaming(['c'])).toSorted()).toEqual(['a', 'c']);
    expect(await known.byAge(['c', 'a'])).toEqual(['a', 'c']);
  });

  it('show joined conversations as one', async () => {
    const joined = conversationJoined({ conversationId: 'c', into: 'a' });
    await onRecord(mail('d', 'c', 'c', 'd'), mail('c', 'a', 'a', 'b', 'c'), joined);
    expect(await apart(['c', 'd'], ['a', 'c'])).toEqual([false, false]);
    expect(await known.conversationsNaming(['c'])).toEqual(['a']);
  });

  it('are repeated by a later message with the same Message-ID, From and Date', async () => {
    await onRecord(
      sentMessageFound({ messageId: 'sent', reactionKey: 'twice' }),
      messageReceived({ messageId: 'direct', reactionKey: 'twice' }),
      messageReceived({ messageId: 'from-the-list', reactionKey: 'twice' }),
      messageReceived({ messageId: 'other', reactionKey: null }),
      messageAlsoReceived({ messageId: 'sent' }),
    );
    const asked = ['direct', 'from-the-list', 'other', 'sent'].map((messageId, n) => ({
      messageId,
      position: positionOf(n + 1),
    }));
    expect(await repeated(poolOf(under.database), asked)).toEqual(new Set(['from-the-list', 'sent']));
  });
});
