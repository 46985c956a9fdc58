import { validation } from '../../src/platform/http/input.js';
import {
  accessGranted,
  accessRevoked,
  accountAdded,
  passwordChanged,
  settings,
} from '../../test/examples/account-facts.js';
import {
  folderChosen,
  folderForgotten,
  folderFound,
  folderGone,
  folderRenamed,
  folderRoleSet,
} from '../../test/examples/mailbox-facts.js';
import { administrator, auditor, user } from '../../test/examples/callers.js';
import { userAdded, userRenamed } from '../../test/examples/people-facts.js';
import { atOf, idOf, positionOf, recorded, told } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { history as projection } from './history.js';
import { HistoryParameters } from './history-parameters.js';
import { ShowChangeHistory, ShowChangeHistoryHandler } from './show-change-history.js';

const work = { accountId: 'folders', folderId: 'work', path: 'Work' };
const old = { ...work, path: 'Old' };
const outgoing = { accountId: 'roles', folderId: 'outgoing', path: 'Outgoing' };
const facts = recorded([
  userAdded({ userId: 'ada', name: 'Ada Moss', role: 'administrator' }),
  userAdded(),
  told(accountAdded({ settings: settings({ fetchSince: '2026-01-01' }) }), {
    by: 'token:billing-token',
    via: 'api:billing',
  }),
  told(accessGranted(), { via: 'api:billing' }),
  told(passwordChanged(), { by: 'user:ben' }),
  accessRevoked(),
  told(accessGranted({ userId: 'gone' }), { by: 'system', via: 'do-this-when-that' }),
  userRenamed(),
  accountAdded({ accountId: 'own', owner: 'cleo' }),
  accountAdded({ accountId: 'folders' }),
  folderFound({ ...work, role: 'inbox', again: false }),
  folderFound({ ...work, by: 'person' }),
  folderRenamed({ ...work, from: 'Work', path: 'Old' }),
  folderGone(work),
  folderChosen({ ...old, fetched: false }),
  folderRoleSet({ ...old, from: null, role: 'archive' }),
  folderForgotten(old),
  accountAdded({ accountId: 'roles' }),
  { type: 'SentFolderChanged', data: { accountId: 'roles', from: null, to: 'Outgoing' } },
  folderRoleSet({ ...outgoing, from: null, role: 'sent' }),
  folderRoleSet({ ...outgoing, from: null, role: 'sent', by: 'server' }),
  { type: 'SentFolderChanged', data: { accountId: 'roles', from: 'Outgoing', to: null } },
  folderRoleSet({ ...outgoing, from: 'sent', role: null }),
  folderRoleSet({ ...outgoing, from: 'sent', role: null, by: 'server' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(projection);
  await under.deliver(facts);
});
afterAll(() => under.close());

const history = (parameters: Partial<HistoryParameters> = {}, caller = administrator(), accountId = 'info') =>
  new ShowChangeHistoryHandler(under.database).execute(
    new ShowChangeHistory(caller, accountId, Object.assign(new HistoryParameters(), parameters)),
  );
const revisions = async (...asked: Parameters<typeof history>): Promise<(number | null)[]> =>
  (await history(...asked)).items.map(({ revision }) => revision);

const checked = (query: object): Promise<unknown> =>
  validation().transform(query, { type: 'query', metatype: HistoryParameters });

describe('the change history of an account', () => {
  it('shows author, time, entrance and sentence of each change, newest first', async () => {
    const { items, next } = await history();
    expect(next).toBeNull();
    expect(items.map(({ by, via, type, summary, changes }) => ({ by, via, type, summary, changes }))).toEqual([
      {
        by: { id: 'system', name: 'the system' },
        via: 'do-this-when-that',
        type: 'AccessGranted',
        summary: 'gave a forgotten person access',
        changes: [{ field: 'users', from: null, to: { id: 'gone', name: 'a forgotten person' } }],
      },
      {
        by: { id: 'ada', name: 'Ada Moss' },
        via: 'web',
        type: 'AccessRevoked',
        summary: 'took access from Benjamin Okri',
        changes: [{ field: 'users', from: { id: 'ben', name: 'Benjamin Okri' }, to: null }],
      },
      {
        by: { id: 'ben', name: 'Benjamin Okri' },
        via: 'web',
        type: 'PasswordChanged',
        summary: 'changed the password',
        changes: [{ field: 'password', from: '•••', to: '•••' }],
      },
      {
        by: { id: 'ada', name: 'Ada Moss' },
        via: 'api:billing',
        type: 'AccessGranted',
        summary: 'gave Benjamin Okri access',
        changes: [{ field: 'users', from: null, to: { id: 'ben', name: 'Benjamin Okri' } }],
      },
      {
        by: { id: 'token:billing-token', name: 'billing' },
        via: 'api:billing',
        type: 'AccountAdded',
        summary: 'added the account info@acme.example',
        changes: expect.arrayContaining([
          { field: 'fetchSince', from: null, to: '2026-01-01' },
          { field: 'incoming', from: null, to: settings().incoming },
          { field: 'password', from: null, to: '•••' },
        ]),
      },
    ]);
  });

  it('shows the id, time, revision and position of the fact', async () => {
    const { items } = await history({ field: 'password', since: atOf(4) });
    expect(items).toMatchObject([{ id: idOf(4), at: atOf(4), revision: 2, position: positionOf(4) }]);
  });

  it('names the owner of an account that a user added', async () => {
    const { items } = await history({}, administrator(), 'own');
    expect(items[0]?.changes).toContainEqual({
      field: 'owner',
      from: null,
      to: { id: 'cleo', name: 'a forgotten person' },
    });
  });

  it('shows changes of folders, by people and by other mail programs, without a revision', async () => {
    const { items } = await history({}, administrator(), 'folders');
    expect(items.map(({ type, summary, changes, revision }) => ({ type, summary, changes, revision }))).toEqual([
      {
        type: 'FolderForgotten',
        summary: 'forgot the folder “Old”, which was gone from the server',
        changes: [],
        revision: null,
      },
      {
        type: 'FolderRoleSet',
        summary: 'made the folder “Old” the archive',
        changes: [{ field: 'role', from: null, to: 'archive' }],
        revision: null,
      },
      {
        type: 'FolderChosen',
        summary: 'had no mail of the folder “Old” fetched',
        changes: [{ field: 'fetched', from: true, to: false }],
        revision: null,
      },
      {
        type: 'FolderGone',
        summary: 'found that the folder “Work” is gone from the server',
        changes: [{ field: 'folder', from: 'Work', to: null }],
        revision: null,
      },
      {
        type: 'FolderRenamed',
        summary: 'found that the folder “Work” was renamed to “Old” on the server',
        changes: [{ field: 'folder', from: 'Work', to: 'Old' }],
        revision: null,
      },
      {
        type: 'FolderFound',
        summary: 'created the folder “Work”',
        changes: [{ field: 'folder', from: null, to: 'Work' }],
        revision: null,
      },
      { type: 'AccountAdded', summary: 'added the account info@acme.example', changes: expect.any(Array), revision: 0 },
    ]);
    const gone = await history({ field: 'folder', limit: 1 }, administrator(), 'folders');
    expect(gone.items).toMatchObject([{ type: 'FolderGone' }]);
  });

  it('tells the roles of sent mail and drafts once, as settings', async () => {
    const { items } = await history({}, administrator(), 'roles');
    expect(items.map(({ summary }) => summary)).toEqual([
      'made the folder “Outgoing” a folder without a role',
      'left it to the server where sent messages go',
      'chose the folder Outgoing for sent messages',
      'added the account info@acme.example',
    ]);
  });

  it('is filtered by author, entrance, field and time', async () => {
    expect(await revisions({ by: 'ada' })).toEqual([3, 1]);
    expect(await revisions({ by: 'system' })).toEqual([4]);
    expect(await revisions({ by: 'token:billing-token' })).toEqual([0]);
    expect(await revisions({ via: 'api:billing' })).toEqual([1, 0]);
    expect(await revisions({ via: 'api:billing', by: 'ada' })).toEqual([1]);
    expect(await revisions({ via: 'api:bill' })).toEqual([]);
    expect(await revisions({ field: 'users' })).toEqual([4, 3, 1]);
    expect(await revisions({ since: atOf(4), until: atOf(6) })).toEqual([3, 2]);
    expect(await revisions({ since: '2026-01-31', until: '2026-01-31' })).toEqual([4, 3, 2, 1, 0]);
    expect(await revisions({ until: '2026-01-30' })).toEqual([]);
  });

  it.each(['2026-05-31', '2026-05-31T10:00Z', '2026-05-31T10:00:00.000+02:00'])(
    'accepts %s as a time',
    async (since) => {
      await expect(checked({ since })).resolves.toMatchObject({ since });
    },
  );

  it.each(['2026-13-01', '31.05.2026', '2026-05-31T10:00:00', '0000-01-01', '2026-W01', ''])(
    'refuses %j as a time',
    async (since) => {
      await expect(checked({ since })).rejects.toMatchObject({ errors: [{ field: 'since' }] });
    },
  );

  it('has pages', async () => {
    const first = await history({ limit: 2 });
    const second = await history({ limit: 3, cursor: first.next! });
    expect([first.items, second.items].map((items) => items.map(({ revision }) => revision))).toEqual([
      [4, 3],
      [2, 1, 0],
    ]);
    expect(second.next).toBeNull();
  });

  it.each(['[1e300]', '[0.5]', '["x","y"]'])('refuses %s as a cursor', async (key) => {
    const cursor = Buffer.from(key).toString('base64url');
    await expect(history({ cursor })).rejects.toMatchObject({ errors: [{ field: 'cursor' }] });
  });

  it('is shown to administrators, auditors and the owner', async () => {
    expect(await revisions({ limit: 1 }, administrator())).toEqual([4]);
    expect(await revisions({ limit: 1 }, auditor())).toEqual([4]);
    expect(await revisions({}, user('cleo', 'own'), 'own')).toEqual([0]);
  });

  it('is refused to other users of the account, and not found for everybody else', async () => {
    await expect(history({}, user('ben', 'info'))).rejects.toMatchObject({
      reason: 'only-its-owner-or-an-administrator-reads-the-history',
      kind: 'forbidden',
    });
    await expect(history({}, user('ben', 'info'), 'own')).rejects.toMatchObject({ reason: 'account-not-found' });
    await expect(history({}, administrator(), 'nowhere')).rejects.toMatchObject({ reason: 'account-not-found' });
    await expect(history({}, user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
  });
});
