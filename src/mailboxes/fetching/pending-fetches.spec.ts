import { accountAdded, accountRemoved, incomingServerChanged } from '../../../test/examples/account-facts.js';
import { fetchFailed, fetchFinished, fetchStarted } from '../../../test/examples/mailbox-facts.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { laneOf, pendingFetches } from './pending-fetches.js';

const ofSales = fetchStarted({ accountId: 'sales', fetchId: 'fetch-2' });
const position = expect.any(String) as unknown as string;
const person = expect.stringMatching(/^user:/) as unknown as string;
const onlySales = { pending: [{ account_id: 'sales', fetch_id: 'fetch-2', person, position }], servers: [] };
const lane = laneOf(accountAdded().data.settings.incoming);

everyFactHasACase(pendingFetches, {
  FetchStarted: {
    given: [fetchStarted()],
    rows: { pending: [{ account_id: 'info', fetch_id: 'fetch-1', person, position }], servers: [] },
  },
  FetchFinished: { given: [fetchStarted(), ofSales, fetchFinished()], rows: onlySales },
  FetchFailed: { given: [fetchStarted(), ofSales, fetchFailed()], rows: onlySales },
  AccountAdded: { given: [accountAdded()], rows: { pending: [], servers: [{ account_id: 'info', lane }] } },
  IncomingServerChanged: {
    given: [accountAdded(), incomingServerChanged()],
    rows: { pending: [], servers: [{ account_id: 'info', lane: laneOf(incomingServerChanged().data.to) }] },
  },
  AccountRemoved: { given: [accountAdded(), accountRemoved()], rows: { pending: [], servers: [] } },
});
