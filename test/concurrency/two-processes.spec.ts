import { allProjections, allSagas } from '../../src/service.js';
import { CrashSite } from '../crash/crash-site.js';
import { ofType } from '../crash/whole-log.js';
import { waitUntil } from '../journeys/wait-until.js';
import type { Api } from '../service/api.js';
import type { ServiceProcess } from '../service/service-process.js';
import { acknowledged, addUsers, grantAndRevoke } from './insistent-callers.js';
import { LockHolders } from './lock-holders.js';

const USERS_EACH = 3;
const TURNS = 6;
const PASSWORDS_EACH = 4;
const FETCHES = 5;
const AT_ONCE = 40;
const FOLLOWERS = [...allProjections().map(({ id }) => id), ...allSagas().map(({ name }) => name)];

describe('two processes on one database', () => {
  let site: CrashSite;
  let locks: LockHolders;
  let first: ServiceProcess;
  let apis: [Api, Api];

  beforeAll(async () => {
    site = await CrashSite.open();
    locks = await LockHolders.watch(site.databaseUrl!);
    first = site.start();
    await site.addAccount(first);
    apis = [site.api, site.api.at(await site.start().ready())];
  }, 120_000);
  afterAll(async () => {
    await locks.close();
    await site.close();
  });

  it('record each acknowledged change once, and no other change, also while both fetch', async () => {
    const [users, others] = [await addUsers(apis[0], USERS_EACH), await addUsers(apis[1], USERS_EACH)];
    const fetching = Promise.all(apis.map(async (api) => api.fetchEnded(await api.fetchMail(site.accountId))));
    const toggling = [users, others].flatMap((mine, at) =>
      mine.map((id) => grantAndRevoke(apis[at]!, site.accountId, id, TURNS)),
    );
    const passwords = apis.map(async (api) => {
      for (let n = 0; n < PASSWORDS_EACH; n++) await acknowledged(() => site.changePassword(api));
    });
    await Promise.all([...toggling, ...passwords, fetching]);
    await apis[0].settled();

    const facts = await site.log();
    for (const userId of [...users, ...others]) {
      const changes = ofType(facts, 'AccessGranted', 'AccessRevoked').filter(({ data }) => data.userId === userId);
      const turns = Array.from({ length: TURNS }, (_, turn) => (turn % 2 === 0 ? 'AccessGranted' : 'AccessRevoked'));
      expect(changes.map(({ type }) => type)).toEqual(turns);
    }
    const versions = ofType(facts, 'PasswordChanged').map(({ data }) => data.version);
    expect(versions).toHaveLength(2 * PASSWORDS_EACH);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    await site.check(apis[1]);
  }, 180_000);

  it('accept forty requests at the same moment that add people and give them access to one account', async () => {
    const atOnce = <T>(ask: (api: Api, n: number) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: AT_ONCE }, (_, n) => ask(apis[n % 2]!, n)));
    const added = await atOnce((api, n) => {
      const email = `at-once-${n}@mailroom.test`;
      return api.json<{ id: string }>('POST', '/api/users', { name: email, email, role: 'user' });
    });
    const ids = added.map(({ id }) => id);
    await atOnce((api, n) => api.json('PUT', `/api/accounts/${site.accountId}/access/${ids[n]}`));
    await apis[0].settled();
    const { users } = await apis[0].json<{ users: { id: string }[] }>('GET', `/api/accounts/${site.accountId}`);
    expect(users.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it('run one fetch of an account at a time, in either process', async () => {
    const before = site.logins();
    const ids = new Set<string>();
    for (let n = 0; n < FETCHES; n++) {
      site.mailbox.grow();
      const asked = await Promise.all(apis.map((api) => api.fetchMail(site.accountId)));
      for (const id of asked) {
        ids.add(id);
        expect(await apis[n % 2]!.fetchEnded(id)).toMatchObject({ state: 'done' });
      }
    }
    expect(site.logins() - before).toBe(ids.size);
  }, 180_000);

  it('run each follower once; when two of three die, the third takes over all followers and the fetch', async () => {
    const holders = (): Promise<(number | undefined)[]> =>
      Promise.all(FOLLOWERS.map((name) => locks.holderOf(`follower ${name}`)));
    const all = (found: readonly (number | undefined)[]): boolean => found.every((pid) => pid !== undefined);
    await waitUntil(holders, all);

    const third = site.start({ point: 'intake.recorded', n: 1 });
    const asked = site.api.at(await third.ready());
    await first.kill();
    const fetchIds: string[] = [];
    // Either process takes a fetch: a new one is started until the third process takes one, and dies.
    for (let died = false; !died;) {
      site.mailbox.grow();
      fetchIds.push(await asked.fetchMail(site.accountId));
      const done = apis[1].fetchEnded(fetchIds.at(-1)!);
      died = await Promise.race([third.ended.then(() => true), done.then(() => false)]);
    }
    expect(await third.ended).toMatchObject({ signal: 'SIGKILL' });

    for (const id of fetchIds) expect(await apis[1].fetchEnded(id)).toMatchObject({ state: 'done' });
    await apis[1].settled();
    expect(new Set(await waitUntil(holders, all)).size).toBe(1);
    await site.check(apis[1]);
  }, 180_000);
});
