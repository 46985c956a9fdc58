import { accountRemoved } from '../../../test/examples/account-facts.js';
import {
  draftFound,
  messageAlsoReceived,
  messageErased,
  messagePlaced,
  messageReceived,
  sentMessageFound,
} from '../../../test/examples/message-facts.js';
import { copyKept } from '../../../test/examples/sending-facts.js';
import { flagsChanged, messagesPlaced, placesLeft, wishesSettled } from '../../../test/examples/places-facts.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { placements } from './placements.js';

const inInbox = { folderId: 'inbox', uidValidity: '1700000000', uid: '1', messageId: 'message-1' };
const inAllMail = { folderId: 'all-mail', uidValidity: '1600000000', uid: '7', messageId: 'message-1' };

everyFactHasACase(placements, {
  MessageReceived: {
    given: [messageReceived({ flagged: true })],
    rows: { placements: [{ ...inInbox, accountId: 'info', seen: false, flagged: true, cameFrom: null }] },
  },
  SentMessageFound: {
    given: [sentMessageFound()],
    rows: { placements: [{ folderId: 'sent', messageId: 'message-2', seen: true }] },
  },
  DraftFound: { given: [draftFound()], rows: { placements: [{ folderId: 'drafts', messageId: 'message-3' }] } },
  MessageAlsoReceived: {
    given: [messageAlsoReceived()],
    rows: { placements: [{ folderId: 'inbox', uid: '2', messageId: 'message-2', seen: true }] },
  },
  CopyKept: {
    given: [copyKept({ by: 'server', place: null, messageId: 'message-8' }), copyKept()],
    rows: { placements: [{ folderId: 'sent', uid: '12', messageId: 'message-9', seen: true }] },
  },
  MessagePlaced: { given: [messagePlaced()], rows: { placements: [{ ...inAllMail, seen: false }] } },
  MessagesPlaced: {
    given: [messageReceived(), messagesPlaced()],
    rows: { placements: [inAllMail, inInbox] },
  },
  FlagsChanged: {
    given: [messageReceived(), flagsChanged()],
    rows: { placements: [{ ...inInbox, seen: true, flagged: true, answered: false }] },
  },
  PlacesLeft: {
    given: [
      messageReceived(),
      messageReceived({ messageId: 'message-4', uid: 4 }),
      messagesPlaced(),
      placesLeft({ folderId: 'all-mail', uidValidity: '1600000000', places: 'all' }),
      placesLeft(),
    ],
    rows: { placements: [{ messageId: 'message-4' }] },
  },
  WishesSettled: {
    given: [
      messageReceived(),
      messageReceived({ messageId: 'message-4', uid: 4 }),
      messageReceived({ messageId: 'message-5', uid: 5 }),
      wishesSettled({
        marked: [
          {
            ...{ folderId: 'inbox', uidValidity: '1700000000', set: { flagged: true } },
            messages: [{ messageId: 'message-5', uid: 5 }],
          },
        ],
        removed: [{ folderId: 'inbox', uidValidity: '1700000000', messages: [{ messageId: 'message-4', uid: 4 }] }],
      }),
    ],
    rows: {
      placements: [
        {
          folderId: 'archive',
          uidValidity: '1700000001',
          uid: '9',
          messageId: 'message-1',
          seen: true,
          cameFrom: 'inbox',
        },
        { folderId: 'inbox', uid: '5', flagged: true, seen: false },
      ],
    },
  },
  MessageErased: {
    given: [messageReceived(), messagesPlaced(), draftFound(), messageErased()],
    rows: { placements: [{ messageId: 'message-3' }] },
  },
  AccountRemoved: {
    given: [messageReceived(), draftFound({ accountId: 'sales' }), accountRemoved()],
    rows: { placements: [{ accountId: 'sales' }] },
  },
});
