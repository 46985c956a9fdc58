import {
  accountAbandoned,
  accountAdded,
  accountRemoved,
  sendOnlyChanged,
} from '../../../test/examples/account-facts.js';
import {
  fetchFailed,
  fetchFinished,
  fetchStarted,
  folderCompared,
  folderFailed,
} from '../../../test/examples/mailbox-facts.js';
import { given } from '../../../test/given.js';
import type { AccountEvent } from '../../accounts/account.events.js';
import { account, type Account } from '../../accounts/account.fold.js';
import { fetches } from '../fetch.fold.js';
import { reportFetch, startFetch } from './fetch.decider.js';

const after = (...facts: AccountEvent[]): Account =>
  facts.reduce((state, fact) => account.evolve(state, fact), account.initial);
const open = after(accountAdded());

describe('a fetch', () => {
  const start = (s: typeof fetches.initial) => startFetch(s, open, 'info', 'fetch-1');

  it('starts', () => given(fetches).when(start).then(fetchStarted()));
  it('starts again after the last one has finished or failed', () => {
    given(fetches, fetchStarted({ fetchId: 'fetch-0' }), fetchFinished({ fetchId: 'fetch-0' }))
      .when(start)
      .then(fetchStarted());
    given(fetches, fetchFailed({ fetchId: 'fetch-0' }))
      .when(start)
      .then(fetchStarted());
  });
  it('does not start while another one runs', () => {
    given(fetches, fetchStarted({ fetchId: 'fetch-0' }))
      .when(start)
      .then();
    given(fetches, folderCompared({ fetchId: 'fetch-0' }))
      .when(start)
      .then();
    given(fetches, folderFailed({ fetchId: 'fetch-0' }))
      .when(start)
      .then();
  });
  it('of a sending account is refused', () =>
    given(fetches)
      .when((s) => startFetch(s, after(accountAdded(), sendOnlyChanged()), 'info', 'fetch-1'))
      .refuses('send-only', 'conflict'));
  it.each([
    ['an unknown account', after()],
    ['an abandoned account', after(accountAbandoned())],
  ])('of %s is refused', (_, account) =>
    given(fetches)
      .when((s) => startFetch(s, account, 'info', 'fetch-1'))
      .refuses('account-not-found', 'not-found'),
  );
  it('is refused before the first sign-in', () =>
    given(fetches)
      .when((s) => startFetch(s, after(accountAdded({ passwordVersion: 0, signIn: 'google' })), 'info', 'fetch-1'))
      .refuses('sign-in-needed', 'conflict'));
  it('of a removed account is refused', () =>
    given(fetches)
      .when((s) => startFetch(s, after(accountAdded(), accountRemoved()), 'info', 'fetch-1'))
      .refuses('account-removed', 'conflict'));
  it('reports progress only while it runs', () => {
    const report = (s: typeof fetches.initial) =>
      reportFetch(s, { type: 'FetchFinished', data: { accountId: 'info', fetchId: 'fetch-1' } });
    given(fetches, folderCompared()).when(report).then(fetchFinished());
    given(fetches, fetchFinished()).when(report).then();
    given(fetches, fetchStarted({ fetchId: 'fetch-2' }))
      .when(report)
      .then();
  });
});
