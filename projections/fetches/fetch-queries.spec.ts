import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { accountAdded } from '../../test/examples/account-facts.js';
import { administrator, auditor, user } from '../../test/examples/callers.js';
import {
  cursorMoved,
  fetchFailed,
  fetchFinished,
  fetchStarted,
  folderCompared,
  folderFailed,
} from '../../test/examples/mailbox-facts.js';
import { atOf, recorded } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { fetches } from './fetches.js';
import { ListFetches, ListFetchesHandler } from './list-fetches.js';
import { ShowFetch, ShowFetchHandler } from './show-fetch.js';

const step = { received: 3, skipped: 1, failed: 1, known: 1 };

const facts = recorded([
  accountAdded(),
  fetchStarted(),
  folderCompared({ found: 8 }),
  cursorMoved({ step }),
  // The worker crashes here. The fetch resumes under its id, and one more message has arrived meanwhile.
  folderCompared({ found: 4 }),
  cursorMoved({ step: { received: 4, skipped: 0, failed: 0, known: 0 } }),
  folderCompared({ folderId: 'archive', path: 'Archive', found: 0 }),
  folderFailed({ folderId: 'broken', path: 'Broken' }),
  folderFailed({ folderId: 'archive', path: 'Archive', reason: 'timed-out', detail: 'Timed out.' }),
  fetchFinished(),
  fetchStarted({ fetchId: 'fetch-2' }),
  fetchFailed({ fetchId: 'fetch-2' }),
  fetchStarted({ fetchId: 'fetch-3' }),
  folderCompared({ fetchId: 'fetch-3', found: 5 }),
  cursorMoved({ fetchId: 'fetch-3', step: { received: 1, skipped: 0, failed: 0, known: 0 } }),
  fetchStarted({ fetchId: 'elsewhere', accountId: 'other' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(fetches, whoMayDoWhat);
  await under.deliver(facts);
});
afterAll(() => under.close());

const show = (fetchId: string, caller = administrator()) =>
  new ShowFetchHandler(under.database).execute(new ShowFetch(caller, fetchId));
const list = (accountId: string, caller = administrator(), page: Partial<PageQuery> = {}) =>
  new ListFetchesHandler(under.database, under.access).execute(
    new ListFetches(caller, accountId, Object.assign(new PageQuery(), page)),
  );

describe('a fetch', () => {
  it('counts messages, also when it resumed after a crash, and names the folders that failed', async () => {
    expect(await show('fetch-1')).toEqual({
      id: 'fetch-1',
      state: 'done',
      startedAt: atOf(1),
      endedAt: atOf(9),
      found: 9,
      received: 6,
      skipped: 1,
      failed: 1,
      reason: null,
      pausedReason: null,
      folders: [
        { path: 'Archive', found: 0, done: 0, failed: 'timed-out', detail: 'Timed out.' },
        {
          path: 'Broken',
          found: 0,
          done: 0,
          failed: 'refused-by-server',
          detail: '[NOPERM] Permission denied. Try again later.',
        },
        { path: 'INBOX', found: 9, done: 9, failed: null, detail: null },
      ],
    });
  });

  it('is running until it ends', async () => {
    expect(await show('fetch-3')).toMatchObject({
      state: 'running',
      endedAt: null,
      found: 5,
      received: 1,
      folders: [{ path: 'INBOX', found: 5, done: 1, failed: null, detail: null }],
    });
  });

  it('shows the reason of its failure', async () => {
    expect(await show('fetch-2')).toMatchObject({
      state: 'failed',
      reason: 'login-refused',
      endedAt: atOf(11),
      folders: [],
    });
  });

  it('shows the reason of its pause while it runs', async () => {
    const paused = `insert into leases (work, key, holder, paused) values ('fetching', 'info', gen_random_uuid(), 'disk-full')`;
    await under.database.query(paused);
    expect(await show('fetch-3')).toMatchObject({ state: 'running', reason: null, pausedReason: 'disk-full' });
    expect(await show('fetch-1')).toMatchObject({ state: 'done', pausedReason: null });
    await under.database.query('delete from leases');
    expect(await show('fetch-3')).toMatchObject({ state: 'running', pausedReason: null });
  });

  it('is shown only to users of its account and to auditors', async () => {
    await expect(show('fetch-1', user('ben', 'info'))).resolves.toMatchObject({ id: 'fetch-1' });
    await expect(show('fetch-1', auditor())).resolves.toMatchObject({ id: 'fetch-1' });
    await expect(show('elsewhere', user('ben', 'info'))).rejects.toMatchObject({
      reason: 'fetch-not-found',
      kind: 'not-found',
    });
    await expect(show('never')).rejects.toMatchObject({ reason: 'fetch-not-found' });
    await expect(show('fetch-1', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked' });
  });
});

describe('the fetches of an account', () => {
  it('are listed newest first, page by page', async () => {
    const first = await list('info', user('ben', 'info'), { limit: 2 });
    const second = await list('info', auditor(), { cursor: first.next! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['fetch-3', 'fetch-2', 'fetch-1']);
    expect(second.next).toBeNull();
  });

  it('are not found for callers that may not see the account', async () => {
    await expect(list('nowhere')).rejects.toMatchObject({ reason: 'account-not-found', kind: 'not-found' });
    await expect(list('info', user('ben', 'other'))).rejects.toMatchObject({ reason: 'account-not-found' });
    await expect(list('info', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked' });
  });
});
