import { fetchFailed, fetchFinished, fetchStarted } from '../../../test/examples/mailbox-facts.js';
import { everyFactHasACase } from '../../../test/given-projection.js';
import { pendingFetches } from './pending-fetches.js';

const ofSales = fetchStarted({ accountId: 'sales', fetchId: 'fetch-2' });
const onlySales = { pending: [{ account_id: 'sales', fetch_id: 'fetch-2' }] };

everyFactHasACase(pendingFetches, {
  FetchStarted: { given: [fetchStarted()], rows: { pending: [{ account_id: 'info', fetch_id: 'fetch-1' }] } },
  FetchFinished: { given: [fetchStarted(), ofSales, fetchFinished()], rows: onlySales },
  FetchFailed: { given: [fetchStarted(), ofSales, fetchFailed()], rows: onlySales },
});
