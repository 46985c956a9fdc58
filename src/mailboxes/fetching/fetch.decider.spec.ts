import { settings } from '../../../test/examples/account-facts.js';
import {
  fetchFailed,
  fetchFinished,
  fetchStarted,
  folderCompared,
  folderFound,
  folderRoleChanged,
} from '../../../test/examples/mailbox-facts.js';
import { given } from '../../../test/given.js';
import { configured, type SignIn } from '../../accounts/account.events.js';
import type { AccountInUse } from '../account-in-use.decider.js';
import { fetches, reportFetch, startFetch } from './fetch.decider.js';
import { folder, folderIdOf, seeFolder } from '../folders/folder.decider.js';

const signIn: SignIn = { with: 'password', tokens: null, ranOut: false };
const open: AccountInUse = { status: 'open', settings: configured(settings()), passwordVersion: 1, signIn, mailbox: 0 };

describe('a fetch', () => {
  const start = (s: typeof fetches.initial) => startFetch(s, open, 'info', 'fetch-1');

  it('starts', () => given(fetches).when(start).then(fetchStarted()));
  it('starts again once the last one has ended, well or not', () => {
    given(fetches, fetchStarted({ fetchId: 'fetch-0' }), fetchFinished({ fetchId: 'fetch-0' }))
      .when(start)
      .then(fetchStarted());
    given(fetches, fetchFailed({ fetchId: 'fetch-0' }))
      .when(start)
      .then(fetchStarted());
  });
  it('does not start while one is running', () => {
    given(fetches, fetchStarted({ fetchId: 'fetch-0' }))
      .when(start)
      .then();
    given(fetches, folderCompared({ fetchId: 'fetch-0' }))
      .when(start)
      .then();
  });
  it('of a sending account is refused', () =>
    given(fetches)
      .when((s) => startFetch(s, { ...open, settings: configured(settings({ sendOnly: true })) }, 'info', 'fetch-1'))
      .refuses('send-only', 'conflict'));
  it('of no account is refused', () =>
    given(fetches)
      .when((s) => startFetch(s, { status: 'absent' }, 'info', 'fetch-1'))
      .refuses('account-not-found', 'not-found'));
  it('of a removed account is refused', () =>
    given(fetches)
      .when((s) => startFetch(s, { status: 'removed' }, 'info', 'fetch-1'))
      .refuses('account-removed', 'conflict'));
  it('reports while it is the one that runs, and no longer', () => {
    const report = (s: typeof fetches.initial) =>
      reportFetch(s, { type: 'FetchFinished', data: { accountId: 'info', fetchId: 'fetch-1' } });
    given(fetches, folderCompared()).when(report).then(fetchFinished());
    given(fetches, fetchFinished()).when(report).then();
    given(fetches, fetchStarted({ fetchId: 'fetch-2' }))
      .when(report)
      .then();
  });
});

describe('a folder', () => {
  const folderId = folderIdOf('info', 'INBOX');
  const see = (role: 'inbox' | 'junk') => (s: typeof folder.initial) =>
    seeFolder(s, 'info', { path: 'INBOX', name: 'INBOX', role });

  it('is put on record when it is first seen', () => given(folder).when(see('inbox')).then(folderFound({ folderId })));
  it('seen again as it was changes nothing', () => given(folder, folderFound()).when(see('inbox')).then());
  it('whose role the server changes is told, and no longer fetched when it holds junk', () =>
    given(folder, folderFound()).when(see('junk')).then(folderRoleChanged({ folderId })));
});
