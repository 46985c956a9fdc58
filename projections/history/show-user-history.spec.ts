import { administrator, auditor, service, user } from '../../test/examples/callers.js';
import * as people from '../../test/examples/people-facts.js';
import { atOf, recorded, told } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { HistoryParameters } from './history-parameters.js';
import { ShowUserHistory, ShowUserHistoryHandler } from './show-user-history.js';
import { history as projection } from './history.js';

const provider = { by: 'system', via: 'openid' };
const facts = recorded([
  people.userAdded({ userId: 'ada', name: 'Ada', role: 'administrator' }),
  people.userAdded(),
  people.userPasswordChanged(),
  people.userRenamed(),
  people.userRenamed({ userId: 'ben', name: 'B. Okri' }),
  told(people.userLinked(), provider),
  told(people.userRoleChanged(), provider),
  people.userDeactivated(),
  people.userReactivated(),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(projection);
  await under.deliver(facts);
});
afterAll(() => under.close());

const history = (userId: string, parameters: Partial<HistoryParameters> = {}, caller = administrator()) =>
  new ShowUserHistoryHandler(under.database).execute(
    new ShowUserHistory(caller, userId, Object.assign(new HistoryParameters(), parameters)),
  );
const summaries = async (...asked: Parameters<typeof history>): Promise<string[]> =>
  (await history(...asked)).items.map(({ summary }) => summary);

describe('the history of a person', () => {
  it('shows author, time, entrance and sentence of each change, newest first', async () => {
    expect(await summaries('ben')).toEqual([
      'let in again',
      'let out',
      'made a user an auditor',
      'linked to a person of the company’s provider',
      'renamed “Benjamin Okri” to “B. Okri”',
      'renamed “Ben Okri” to “Benjamin Okri”',
      'set the password',
      'added “Ben Okri” as a user',
    ]);
    const { items } = await history('ben');
    expect(items[1]).toMatchObject({
      by: { id: 'ada', name: 'Ada' },
      via: 'web',
      at: atOf(7),
      type: 'UserDeactivated',
    });
    expect(items[2]).toMatchObject({
      by: { id: 'system', name: 'the system' },
      via: 'openid',
      changes: [{ field: 'role', from: 'user', to: 'auditor' }],
    });
    expect(items[4]!.changes).toEqual([{ field: 'name', from: 'Benjamin Okri', to: 'B. Okri' }]);
    expect(await summaries('ada')).toEqual(['added “Ada” as an administrator']);
  });

  it('shows that a password was set and a provider linked, but no secret and no key', async () => {
    const all = JSON.stringify(await history('ben'));
    expect(all).toContain('"field":"password","from":"•••","to":"•••"');
    expect(all).not.toContain(people.userLinked().data.key);
    expect(all).not.toContain('key-of-ben');
  });

  it('has filters and pages', async () => {
    expect(await summaries('ben', { field: 'role' })).toEqual(['made a user an auditor', 'added “Ben Okri” as a user']);
    expect(await summaries('ben', { via: 'openid' })).toHaveLength(2);
    expect(await summaries('ben', { by: 'ada' })).toHaveLength(6);
    const first = await history('ben', { limit: 5 });
    expect(first.items.at(-1)!.summary).toBe('renamed “Benjamin Okri” to “B. Okri”');
    expect((await history('ben', { cursor: first.next! })).items.map(({ summary }) => summary)).toHaveLength(3);
  });

  it('is shown only to administrators, and not found for an unknown person', async () => {
    for (const caller of [auditor(), user('ben', 'info'), service('user')])
      await expect(history('ben', {}, caller)).rejects.toMatchObject({ reason: 'only-an-administrator-does-this' });
    await expect(history('nobody')).rejects.toMatchObject({ reason: 'user-not-found', kind: 'not-found' });
  });
});
