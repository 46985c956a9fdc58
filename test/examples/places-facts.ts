import { NO_FLAGS } from '../../src/messages/flags.events.js';
import { example } from './example.js';

const inAllMail = { accountId: 'info', folderId: 'all-mail', uidValidity: '1600000000' } as const;
const inInbox = { accountId: 'info', folderId: 'inbox', uidValidity: '1700000000' } as const;
const one = { messageId: 'message-1', uid: 1 };

export const messagesPlaced = example('MessagesPlaced', {
  ...inAllMail,
  cause: 'server',
  box: 'received',
  places: [{ messageId: 'message-1', uid: 7, ...NO_FLAGS }],
});
export const flagsChanged = example('FlagsChanged', {
  ...inInbox,
  cause: 'server',
  changes: [{ set: { seen: true, flagged: true }, messages: [one] }],
});
export const placesLeft = example('PlacesLeft', { ...inInbox, cause: 'server', places: [one] });

const wish = { accountId: 'info', messageIds: ['message-1'], number: 1, settled: 0 };

export const messagesMarked = example('MessagesMarked', { ...wish, set: { seen: true } });
export const messagesMoved = example('MessagesMoved', { ...wish, folderId: 'archive' });
export const messagesDeleted = example('MessagesDeleted', { ...wish, server: 'remove' });
export const messagesRestored = example('MessagesRestored', wish);
export const wishesSettled = example('WishesSettled', {
  accountId: 'info',
  number: 3,
  settled: 3,
  marked: [{ folderId: 'inbox', uidValidity: '1700000000', set: { seen: true }, messages: [one] }],
  moved: [
    {
      from: { folderId: 'inbox', uidValidity: '1700000000' },
      to: { folderId: 'archive', uidValidity: '1700000001' },
      messages: [{ ...one, ...NO_FLAGS, seen: true, toUid: 9 }],
    },
  ],
  unmoved: [],
  removed: [],
  refused: [],
});
