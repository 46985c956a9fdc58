import { accountAdded, accountRemoved, incomingServerChanged } from '../../test/examples/account-facts.js';
import {
  draftFound,
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messagePlaced,
} from '../../test/examples/message-facts.js';
import { folderFound, folderRoleChanged, folderRoleSet } from '../../test/examples/mailbox-facts.js';
import { messagesDeleted, messagesPlaced, messagesRestored, placesLeft } from '../../test/examples/places-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { everyFactHasACase, ProjectionsUnderTest } from '../../test/given-projection.js';
import { NO_FLAGS } from '../messages/flags.events.js';
import { FoundDrafts, foundDrafts } from './found-drafts.js';

const found = draftFound();
const other = draftFound({ messageId: 'message-4', accountId: 'sales' });
const messageIds = ['message-3', 'message-1'];
const one = { messageId: 'message-3' };
const rest = { found: [{ messageId: 'message-4', accountId: 'sales', isDeleted: false, hasLeft: false }] };

everyFactHasACase(foundDrafts, {
  DraftFound: {
    given: [found],
    rows: { found: [{ messageId: 'message-3', accountId: 'info', isDeleted: false, hasLeft: false }] },
  },
  MessageAlsoReceived: { given: [found, other, messageAlsoReceived(one)], rows: rest },
  MessagePlaced: {
    given: [
      found,
      other,
      messagePlaced({ messageId: 'message-4', box: 'draft' }),
      messagePlaced({ ...one, box: 'received' }),
    ],
    rows: rest,
  },
  MessagesPlaced: {
    given: [
      found,
      other,
      messagesPlaced({ box: null, places: [{ messageId: 'message-4', uid: 4, ...NO_FLAGS }] }),
      messagesPlaced({ box: 'sent', places: [{ ...one, uid: 5, ...NO_FLAGS }] }),
    ],
    rows: rest,
  },
  PlacesLeft: {
    given: [
      found,
      other,
      placesLeft({ places: 'all' }),
      placesLeft({
        places: [
          { messageId: 'message-3', uid: 3 },
          { messageId: 'message-1', uid: 1 },
        ],
      }),
    ],
    rows: {
      found: [
        { ...one, hasLeft: true },
        { messageId: 'message-4', hasLeft: false },
      ],
    },
  },
  FolderFound: {
    given: [folderFound({ folderId: 'trash', role: 'trash' }), folderFound({ folderId: 'work', role: null })],
    rows: { outOfSight: [{ folderId: 'trash', accountId: 'info' }] },
  },
  FolderRoleSet: {
    given: [
      folderFound({ folderId: 'trash', role: 'trash' }),
      folderRoleSet({ folderId: 'trash', from: 'trash', role: null }),
      folderRoleSet({ folderId: 'bin', from: null, role: 'trash' }),
    ],
    rows: { outOfSight: [{ folderId: 'bin', accountId: 'info' }] },
  },
  FolderRoleChanged: {
    given: [folderRoleChanged({ folderId: 'spam', to: 'junk' })],
    rows: { outOfSight: [{ folderId: 'spam', accountId: 'info' }] },
  },
  AccountAdded: { given: [accountAdded()], rows: { servers: [{ accountId: 'info' }] } },
  IncomingServerChanged: {
    given: [accountAdded(), incomingServerChanged({ to: { host: 'IMAP.new.example', port: 993, security: 'tls' } })],
    rows: { servers: [{ accountId: 'info', lane: 'imap.new.example:993' }] },
  },
  MessagesDeleted: { given: [found, messagesDeleted({ messageIds })], rows: { found: [{ ...one, isDeleted: true }] } },
  MessagesRestored: {
    given: [found, messagesDeleted({ messageIds }), messagesRestored({ messageIds })],
    rows: { found: [{ ...one, isDeleted: false, hasLeft: false }] },
  },
  MessageErased: { given: [found, other, messageErased(one)], rows: rest },
  MessageDestroyed: { given: [found, other, messageDestroyed(one)], rows: rest },
  AccountRemoved: { given: [found, other, accountRemoved()], rows: rest },
});

it('the account of a draft is known, unless the draft is in the trash', async () => {
  const under = await ProjectionsUnderTest.open(foundDrafts);
  try {
    const drafts = new FoundDrafts(under.database);
    await under.deliver(recorded([found, other, messagesDeleted({ messageIds })]));
    expect(await Promise.all(['message-3', 'message-4', 'message-1'].map((id) => drafts.accountOf(id)))).toEqual([
      undefined,
      'sales',
      undefined,
    ]);
  } finally {
    await under.close();
  }
});
