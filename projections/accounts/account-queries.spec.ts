import { accessGranted, accountAdded, passwordChanged, settings } from '../../test/examples/account-facts.js';
import { administrator, auditor, service, user } from '../../test/examples/callers.js';
import { connectionFailed, fetchFinished, loginAccepted } from '../../test/examples/mailbox-facts.js';
import { draftFound, messagePlaced, messageReceived, sentMessageFound } from '../../test/examples/message-facts.js';
import { userAdded } from '../../test/examples/people-facts.js';
import { atOf, recorded } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { accounts } from './accounts.js';
import { ListAccounts, ListAccountsHandler, ListAccountsParameters } from './list-accounts.js';
import { ShowAccount, ShowAccountHandler } from './show-account.js';

const facts = recorded([
  userAdded(),
  userAdded({ userId: 'cleo', name: 'Cleo Ames', email: 'cleo@acme.example' }),
  accountAdded(),
  accessGranted(),
  accessGranted({ userId: 'cleo' }),
  passwordChanged(),
  accountAdded({
    accountId: 'sales',
    owner: 'cleo',
    settings: settings({ address: 'sales@acme.example', name: 'Sales' }),
  }),
  accountAdded({ accountId: 'bills', settings: settings({ address: 'Bills@acme.example', name: 'Accounting' }) }),
  loginAccepted(),
  fetchFinished(),
  connectionFailed({ accountId: 'sales', server: 'outgoing', reason: 'timed-out', detail: '' }),
  fetchFinished({ accountId: 'sales', fetchId: 'fetch-2' }),
  messageReceived(),
  messageReceived({ messageId: 'read', seen: true }),
  messageReceived({ messageId: 'to-myself' }),
  messagePlaced({ messageId: 'to-myself', box: 'sent' }),
  sentMessageFound({ seen: false }),
  draftFound(),
  draftFound({ messageId: 'draft-that-came-back' }),
  messagePlaced({ messageId: 'draft-that-came-back', box: 'received' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(accounts);
  await under.deliver(facts);
});
afterAll(() => under.close());

const list = (caller = administrator(), parameters: Partial<ListAccountsParameters> = {}) =>
  new ListAccountsHandler(under.database).execute(
    new ListAccounts(caller, Object.assign(new ListAccountsParameters(), parameters)),
  );
const ids = async (...asked: Parameters<typeof list>): Promise<string[]> =>
  (await list(...asked)).items.map(({ id }) => id);
const show = (accountId: string, caller = administrator()) =>
  new ShowAccountHandler(under.database).execute(new ShowAccount(caller, accountId));

describe('an account', () => {
  it('is shown with its settings, users, status and number of unread messages', async () => {
    expect(await show('info')).toEqual({
      id: 'info',
      ...settings(),
      signIn: 'password',
      signInUrl: null,
      owner: null,
      users: [
        { id: 'ben', name: 'Ben Okri', email: 'ben@acme.example' },
        { id: 'cleo', name: 'Cleo Ames', email: 'cleo@acme.example' },
      ],
      autoresponder: {
        enabled: false,
        from: null,
        until: null,
        timeZone: 'Europe/Warsaw',
        subject: null,
        html: null,
        text: null,
      },
      status: 'connected',
      statusReason: null,
      statusCause: null,
      lastFetchedAt: atOf(9),
      unread: 2,
      addedAt: atOf(2),
      revision: 3,
    });
  });

  it('shows the reason of its failure as a sentence', async () => {
    expect(await show('sales')).toMatchObject({
      status: 'failing',
      statusReason: 'The outgoing server took too long to answer.',
      statusCause: { reason: 'timed-out', server: 'outgoing', detail: '' },
      owner: 'cleo',
      users: [],
      unread: 0,
    });
  });

  it('is shown to its users and to auditors, and not found for others', async () => {
    await expect(show('info', user('ben', 'info'))).resolves.toMatchObject({ id: 'info' });
    await expect(show('info', auditor())).resolves.toMatchObject({ id: 'info' });
    await expect(show('sales', user('ben', 'info'))).rejects.toMatchObject({
      reason: 'account-not-found',
      kind: 'not-found',
    });
    await expect(show('nowhere')).rejects.toMatchObject({ reason: 'account-not-found', kind: 'not-found' });
  });

  it('is locked for a user without accounts', async () => {
    await expect(show('info', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
  });
});

describe('the list of accounts', () => {
  it('has all accounts for administrators and auditors, and for services with these roles', async () => {
    const all = ['bills', 'info', 'sales'];
    expect(await ids(administrator())).toEqual(all);
    expect(await ids(auditor())).toEqual(all);
    expect(await ids(service('administrator'))).toEqual(all);
  });

  it('has the accounts that a user may use', async () => {
    expect(await ids(user('cleo', 'sales', 'info'))).toEqual(['info', 'sales']);
    await expect(list(user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(list(service('user'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
  });

  it('is sorted by address, name, status or last fetch', async () => {
    expect(await ids(administrator(), { sort: 'address' })).toEqual(['bills', 'info', 'sales']);
    expect(await ids(administrator(), { sort: 'name' })).toEqual(['bills', 'info', 'sales']);
    expect(await ids(administrator(), { sort: 'status' })).toEqual(['info', 'sales', 'bills']);
    expect(await ids(administrator(), { sort: '-lastFetchedAt' })).toEqual(['sales', 'info', 'bills']);
  });

  it('is searched by address and name, without regard to case and without wildcards', async () => {
    expect(await ids(administrator(), { q: 'BILLS@' })).toEqual(['bills']);
    expect(await ids(administrator(), { q: 'front' })).toEqual(['info']);
    expect(await ids(administrator(), { q: '%' })).toEqual([]);
  });

  it.each(['address', 'name', 'status', '-lastFetchedAt'] as const)(
    'has every account once over all pages, sorted by %s',
    async (sort) => {
      const paged: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await list(administrator(), { sort, limit: 1, ...(cursor === null ? {} : { cursor }) });
        paged.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      } while (cursor !== null);
      expect(paged).toEqual(await ids(administrator(), { sort }));
    },
  );

  it('refuses the cursor of another sort', async () => {
    const { next } = await list(administrator(), { sort: 'name', limit: 1 });
    await expect(list(administrator(), { sort: 'address', cursor: next! })).rejects.toMatchObject({
      errors: [{ field: 'cursor' }],
    });
  });
});

it('a short list leaves out the long texts of each account, and nothing else', async () => {
  const [short, whole] = [await list(administrator(), { short: true }), await list()];
  for (const account of whole.items)
    for (const field of ['header', 'signature', 'autoresponder']) delete account[field as never];
  expect(short).toEqual(whole);
  expect(short.items[0]).not.toHaveProperty('signature');
});
