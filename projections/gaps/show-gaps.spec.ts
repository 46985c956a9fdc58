import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { accountAdded } from '../../test/examples/account-facts.js';
import { administrator, auditor, user } from '../../test/examples/callers.js';
import { cursorMoved, folderCompared, folderFailed, folderFound } from '../../test/examples/mailbox-facts.js';
import { atOf, recorded } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { gaps } from './gaps.js';
import { ShowGaps, ShowGapsHandler } from './show-gaps.js';

const facts = recorded([
  accountAdded(),
  folderFound(),
  folderCompared(),
  cursorMoved({
    skipped: { 'too-old': '9', 'before-fetch-since': '3,5:7' },
    failed: { 'too-large': '8', unreadable: '' },
  }),
  folderFound({ folderId: 'archive', path: 'Archive', role: null, fetched: false }),
  folderFailed({ folderId: 'archive', path: 'Archive' }),
  folderFound({ folderId: 'elsewhere', accountId: 'other' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(gaps, whoMayDoWhat);
  await under.deliver(facts);
});
afterAll(() => under.close());

const show = (accountId: string, caller = administrator()) =>
  new ShowGapsHandler(under.database, under.access).execute(new ShowGaps(caller, accountId));

describe('the gaps of an account', () => {
  it('show the messages of each folder by disposition, and those without one', async () => {
    expect(await show('info')).toEqual({
      items: [
        {
          folderId: 'archive',
          path: 'Archive',
          role: null,
          fetched: false,
          onServer: null,
          received: 0,
          skipped: [],
          failed: [],
          outstanding: 0,
          uidValidity: null,
          comparedAt: null,
          failedReason: 'refused-by-server',
          failedDetail: '[NOPERM] Permission denied. Try again later.',
        },
        {
          folderId: 'inbox',
          path: 'INBOX',
          role: 'inbox',
          fetched: true,
          onServer: 10,
          received: 5,
          skipped: [
            { reason: 'before-fetch-since', count: 4, uids: '3,5:7' },
            { reason: 'too-old', count: 1, uids: '9' },
          ],
          failed: [{ reason: 'too-large', count: 1, uids: '8' }],
          outstanding: 2,
          uidValidity: '1700000000',
          comparedAt: atOf(2),
          failedReason: null,
          failedDetail: null,
        },
      ],
    });
  });

  it('are shown only to users of the account and to auditors', async () => {
    await expect(show('info', user('ben', 'info'))).resolves.toMatchObject({ items: [{}, {}] });
    await expect(show('info', auditor())).resolves.toMatchObject({ items: [{}, {}] });
    await expect(show('info', user('ben', 'other'))).rejects.toMatchObject({
      reason: 'account-not-found',
      kind: 'not-found',
    });
    await expect(show('nowhere')).rejects.toMatchObject({ reason: 'account-not-found' });
    await expect(show('info', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked' });
  });
});
