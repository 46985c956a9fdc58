import { accountAdded, accountRemoved, incomingServerChanged } from '../../../test/examples/account-facts.js';
import { fetchFailed, fetchFinished, fetchStarted } from '../../../test/examples/mailbox-facts.js';
import {
  messagesDeleted,
  messagesMarked,
  messagesMoved,
  messagesRestored,
  wishesSettled,
} from '../../../test/examples/places-facts.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { laneOf, pendingFetches } from './pending-fetches.js';

const ofSales = fetchStarted({ accountId: 'sales', fetchId: 'fetch-2' });
const position = expect.any(String) as unknown as string;
const person = expect.stringMatching(/^user:/) as unknown as string;
const onlySales = {
  pending: [{ account_id: 'sales', fetch_id: 'fetch-2', person, position }],
  servers: [],
  wishes: [],
};
const lane = laneOf(accountAdded().data.settings.incoming);

const wished = { account_id: 'info', person, position };
const wishes = { pending: [], servers: [], wishes: [wished] };

everyFactHasACase(pendingFetches, {
  MessagesMarked: { given: [messagesMarked()], rows: wishes },
  MessagesMoved: { given: [messagesMoved()], rows: wishes },
  MessagesDeleted: { given: [messagesDeleted()], rows: wishes },
  MessagesRestored: { given: [messagesRestored()], rows: wishes },
  WishesSettled: {
    given: [
      messagesMarked(),
      messagesMarked({ accountId: 'sales' }),
      wishesSettled({ number: 4, settled: 3 }),
      wishesSettled({ accountId: 'sales' }),
    ],
    rows: wishes,
  },
  FetchStarted: {
    given: [fetchStarted()],
    rows: { pending: [{ account_id: 'info', fetch_id: 'fetch-1', person, position }], servers: [], wishes: [] },
  },
  FetchFinished: {
    given: [accountAdded(), fetchStarted(), ofSales, fetchFinished()],
    rows: { ...onlySales, servers: [{ account_id: 'info', lane, fetched: true }] },
  },
  FetchFailed: { given: [fetchStarted(), ofSales, fetchFailed()], rows: onlySales },
  AccountAdded: {
    given: [accountAdded()],
    rows: { pending: [], wishes: [], servers: [{ account_id: 'info', lane, fetched: false }] },
  },
  IncomingServerChanged: {
    given: [accountAdded(), incomingServerChanged()],
    rows: {
      pending: [],
      wishes: [],
      servers: [{ account_id: 'info', lane: laneOf(incomingServerChanged().data.to), fetched: false }],
    },
  },
  AccountRemoved: {
    given: [accountAdded(), messagesMarked(), accountRemoved()],
    rows: { pending: [], servers: [], wishes: [] },
  },
});
