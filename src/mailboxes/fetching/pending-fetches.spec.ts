import { accountAdded, accountRemoved, incomingServerChanged } from '../../../test/examples/account-facts.js';
import { fetchFailed, fetchFinished, fetchStarted } from '../../../test/examples/mailbox-facts.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { pendingFetches } from './pending-fetches.js';

const ofSales = fetchStarted({ accountId: 'sales', fetchId: 'fetch-2' });
const position = expect.any(String) as unknown as string;
const onlySales = { pending: [{ account_id: 'sales', fetch_id: 'fetch-2', position }], hosts: [] };
const { host } = accountAdded().data.settings.incoming;

everyFactHasACase(pendingFetches, {
  FetchStarted: {
    given: [fetchStarted()],
    rows: { pending: [{ account_id: 'info', fetch_id: 'fetch-1', position }], hosts: [] },
  },
  FetchFinished: { given: [fetchStarted(), ofSales, fetchFinished()], rows: onlySales },
  FetchFailed: { given: [fetchStarted(), ofSales, fetchFailed()], rows: onlySales },
  AccountAdded: { given: [accountAdded()], rows: { pending: [], hosts: [{ account_id: 'info', host }] } },
  IncomingServerChanged: {
    given: [accountAdded(), incomingServerChanged()],
    rows: { pending: [], hosts: [{ account_id: 'info', host: incomingServerChanged().data.to.host }] },
  },
  AccountRemoved: { given: [accountAdded(), accountRemoved()], rows: { pending: [], hosts: [] } },
});
