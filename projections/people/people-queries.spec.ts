import { ACCESS_FOLLOWER } from '../../src/access/access.js';
import { LastUse } from '../../src/platform/auth/last-use.js';
import { poolOf } from '../../src/platform/database/database.js';
import { PageQuery, validation } from '../../src/platform/http/input.js';
import { administrator, auditor, service, user } from '../../test/examples/callers.js';
import { tokenIssued, tokenRevoked, userAdded, userDeactivated } from '../../test/examples/people-facts.js';
import { atOf, recorded } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { ListTokens, ListTokensHandler } from './list-tokens.js';
import { ListUsers, ListUsersHandler } from './list-users.js';
import { people } from './people.js';
import { ShowUser, ShowUserHandler } from './show-user.js';
import { WhoAmI, WhoAmIHandler } from './who-am-i.js';

const facts = recorded([
  userAdded({ userId: 'olga', name: `Olga ${'🦉'.repeat(100)}`, email: 'olga@acme.example', role: 'auditor' }),
  userAdded({ userId: 'ada', name: 'ada', email: 'ada@acme.example', role: 'administrator' }),
  userAdded(),
  userDeactivated(),
  userAdded({ userId: 'zoe', name: 'Zoe', email: 'zoe@acme.example' }),
  userAdded({ userId: 'gone', name: null, email: null }),
  tokenIssued(),
  tokenIssued({ tokenId: 'shop-token', name: 'shop', role: 'user' }),
  tokenIssued({ tokenId: 'old-token', name: 'old' }),
  tokenRevoked({ tokenId: 'old-token' }),
]);

const seenAt = '2026-03-01T08:00:00.000Z';
let lastUse: LastUse;
let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(people);
  await under.deliver(facts);
  lastUse = new LastUse(poolOf(under.database), () => Date.parse(seenAt));
  for (const who of ['user:ben', 'token:shop-token']) await lastUse.note(who);
});
afterAll(() => under.close());

const page = (given: Partial<PageQuery> = {}): PageQuery => Object.assign(new PageQuery(), given);
const checked = (query: object): Promise<PageQuery> =>
  validation().transform(query, { type: 'query', metatype: PageQuery }) as Promise<PageQuery>;
const me = (caller = administrator()) =>
  new WhoAmIHandler(under.database, under.checkpoints).execute(new WhoAmI(caller));
const users = (caller = administrator(), given?: Partial<PageQuery>) =>
  new ListUsersHandler(under.database, lastUse).execute(new ListUsers(caller, page(given)));
const tokens = (caller = administrator(), given?: Partial<PageQuery>) =>
  new ListTokensHandler(under.database, lastUse).execute(new ListTokens(caller, page(given)));

describe('the caller', () => {
  it('is a person, with the mail module if the person may use an account', async () => {
    const ben = { id: 'ben', name: 'Ben Okri', email: 'ben@acme.example', role: 'user' };
    expect(await me(user('ben'))).toEqual({ ...ben, mailModule: false });
    expect(await me(user('ben', 'info'))).toEqual({ ...ben, mailModule: true });
    expect(await me(administrator())).toMatchObject({ id: 'ada', role: 'administrator', mailModule: true });
    expect(await me(auditor())).toMatchObject({ id: 'olga', role: 'auditor', mailModule: false });
  });

  it('is a service that acts as itself', async () => {
    const billing = { id: 'billing-token', name: 'billing', email: null };
    expect(await me(service('administrator'))).toEqual({ ...billing, role: 'administrator', mailModule: true });
    expect(await me(service('auditor'))).toEqual({ ...billing, role: 'auditor', mailModule: false });
  });
});

describe('the list of users', () => {
  it('is sorted by name, page by page', async () => {
    const first = await users(administrator(), { limit: 3 });
    expect(first.items).toEqual([
      { id: 'gone', name: null, email: null, role: 'user', active: true, byProvider: false, lastSeenAt: null },
      {
        id: 'ada',
        name: 'ada',
        email: 'ada@acme.example',
        role: 'administrator',
        active: true,
        byProvider: false,
        lastSeenAt: null,
      },
      {
        id: 'ben',
        name: 'Ben Okri',
        email: 'ben@acme.example',
        role: 'user',
        active: false,
        byProvider: false,
        lastSeenAt: seenAt,
      },
    ]);
    const second = await users(administrator(), { cursor: first.next! });
    expect(second.items.map(({ id }) => id)).toEqual(['olga', 'zoe']);
    expect(second.next).toBeNull();
  });

  it('continues after a name of any length', async () => {
    const { next } = await users(administrator(), { limit: 4 });
    const rest = await users(administrator(), await checked({ cursor: next }));
    expect(rest.items.map(({ id }) => id)).toEqual(['zoe']);
  });

  it('is for administrators only', async () => {
    for (const caller of [auditor(), user('ben', 'info'), service('user')])
      await expect(users(caller)).rejects.toMatchObject({
        reason: 'only-an-administrator-does-this',
        kind: 'forbidden',
      });
  });
});

describe('one user', () => {
  const show = (userId: string, caller = administrator()) =>
    new ShowUserHandler(under.database, lastUse).execute(new ShowUser(caller, userId));

  it('is shown as in the list', async () => {
    expect(await show('ben')).toEqual((await users()).items.find(({ id }) => id === 'ben'));
    await expect(show('nobody')).rejects.toMatchObject({ reason: 'user-not-found', kind: 'not-found' });
  });

  it('is for administrators only', () =>
    expect(show('ben', user('ben', 'info'))).rejects.toMatchObject({ reason: 'only-an-administrator-does-this' }));
});

describe('the list of tokens', () => {
  it('has the tokens in force, newest first, without their secrets', async () => {
    expect(await tokens()).toEqual({
      items: [
        { id: 'shop-token', name: 'shop', role: 'user', issuedAt: atOf(7), lastUsedAt: seenAt },
        { id: 'billing-token', name: 'billing', role: 'administrator', issuedAt: atOf(6), lastUsedAt: null },
      ],
      next: null,
    });
  });

  it('is for administrators only', async () => {
    for (const caller of [auditor(), user('ben', 'info'), service('user')])
      await expect(tokens(caller)).rejects.toMatchObject({
        reason: 'only-an-administrator-does-this',
        kind: 'forbidden',
      });
  });
});

it('a new user has a name as soon as the read model of people knows it', async () => {
  const [added] = recorded([userAdded({ userId: 'new', name: 'Nele', email: 'nele@acme.example' })]);
  under.checkpoints.reached(ACCESS_FOLLOWER, '0'.repeat(19) + '9');
  under.checkpoints.reached(people.id, '0'.repeat(19) + '8');
  const asked = me(user('new'));
  await under.deliver([added!]);
  under.checkpoints.reached(people.id, '0'.repeat(19) + '9');
  expect(await asked).toMatchObject({ id: 'new', name: 'Nele', email: 'nele@acme.example' });
});
