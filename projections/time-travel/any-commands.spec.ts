import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyCommands, type Asked } from '../../test/any-commands/commands.js';
import {
  ask,
  Company,
  listOf,
  type Mailbox,
  type Person,
  usedBy,
  whoMayUse,
  type Why,
} from '../../test/any-commands/model.js';
import { WriteSide } from '../../test/any-commands/write-side.js';
import { administrator, person } from '../../test/examples/callers.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { accountStream, settingNames, type SignIn } from '../../src/accounts/account.events.js';
import { same } from '../../src/accounts/settings.decider.js';
import type { Refused } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { accounts } from '../accounts/accounts.js';
import { ListAccounts, ListAccountsHandler, ListAccountsParameters } from '../accounts/list-accounts.js';
import { ShowAccount, ShowAccountHandler } from '../accounts/show-account.js';
import { HistoryParameters } from '../history/history-parameters.js';
import { history as historyProjection } from '../history/history.js';
import { ShowChangeHistory, ShowChangeHistoryHandler } from '../history/show-change-history.js';
import { fetches } from '../fetches/fetches.js';
import { people } from '../people/people.js';
import { type Moment, NOW, Past } from './past.js';
import { ShowAccess, ShowAccessHandler } from './show-access.js';
import { ShowAccountThen, ShowAccountThenHandler } from './show-account-then.js';

/**
 * Asks the write side and the model, and expects that both accept or refuse the command. Runs many thousand times:
 * `expect` takes most of its time for its own errors, which `assert` makes on failure only.
 */
async function askBoth(writing: WriteSide, company: Company, asked: Asked): Promise<Recorded[]> {
  const before = writing.log.facts.length;
  const then = asked.to === 'revert' ? writing.settingsAt(asked.accountId, asked.revision) : undefined;
  const done = ask(company, asked, structuredClone(then));
  assert.deepEqual({ asked, done: await writing.ask(asked) }, { asked, done });
  const facts = writing.log.facts.slice(before);
  if (!done) assert.deepEqual(facts, []);
  for (const { data } of facts as { data: { from?: unknown; to?: unknown } }[])
    if ('from' in data && 'to' in data) assert.notDeepEqual(data.from, data.to);
  return facts;
}

async function afterAllOf(commands: readonly Asked[]): Promise<{ writing: WriteSide; company: Company }> {
  const [writing, company] = [await WriteSide.start(), new Company()];
  for (const asked of commands) await askBoth(writing, company, asked);
  return { writing, company };
}

const signedIn = ({ tokens, ranOut, with: way }: SignIn): Mailbox['signedIn'] =>
  way === 'password' || tokens !== null ? 'yes' : ranOut ? 'ran-out' : 'not-yet';

const personOf = ({ name, role, active, passwords }: Person): object => ({
  name,
  role,
  active,
  passwordVersion: passwords,
});

const mailboxOf = ({ removed, owner, settings, granted, password, signIn, signedIn }: Mailbox): object =>
  removed ? { owner } : { owner, settings, users: granted, passwordVersion: password, signIn, signedIn };

async function stateOf(writing: WriteSide, accountId: string): Promise<object> {
  const state = await writing.account(accountId);
  if (state.status === 'removed') return { owner: state.owner };
  if (state.status !== 'open') return state;
  const { owner, settings, users, passwordVersion, signIn } = state;
  return { owner, settings, users, passwordVersion, signIn: signIn.with, signedIn: signedIn(signIn) };
}

describe('any commands of any people', () => {
  it('leave people and accounts as in the simple model of the rules', () =>
    fc.assert(
      fc.asyncProperty(anyCommands, async (commands) => {
        const { writing, company } = await afterAllOf(commands);
        const { byId } = await writing.users();
        expect(byId.size).toBe(company.people.size);
        for (const [userId, person] of company.people) expect(byId.get(userId)).toMatchObject(personOf(person));
        for (const [accountId, mailbox] of company.accounts)
          expect(await stateOf(writing, accountId)).toEqual(mailboxOf(mailbox));
      }),
      { numRuns: 1000 },
    ));

  it('can be reverted to any revision, and a second revert changes nothing', () =>
    fc.assert(
      fc.asyncProperty(anyCommands, fc.nat(30), async (commands, wanted) => {
        const { writing, company } = await afterAllOf(commands);
        const [ada] = [...company.people].find(([, { role, active }]) => role === 'administrator' && active)!;
        for (const [accountId, { removed }] of company.accounts) {
          if (removed) continue;
          const facts = writing.log.of(accountStream(accountId));
          const revision = wanted % facts.length;
          const revert: Asked = { by: ada, to: 'revert', accountId, revision };
          const [then, before] = [
            writing.settingsAt(accountId, revision)!,
            writing.settingsAt(accountId, facts.length - 1)!,
          ];
          await askBoth(writing, company, revert);
          const past = new Past(writing.log.asLog());
          const told = (await past.account(accountId, { revision })).account.settings;
          const { settings } = (await past.account(accountId, NOW)).account;
          for (const name of settingNames) {
            const left = ['login', 'incoming', 'outgoing', 'address'].includes(name);
            if (left && same(settings[name], before[name])) continue;
            expect(settings[name]).toEqual(then[name]);
            expect(settings[name]).toEqual(told[name]);
          }
          expect(await askBoth(writing, company, revert)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    ));
});

describe('after any commands of any people', () => {
  let under: ProjectionsUnderTest;
  beforeAll(async () => {
    under = await ProjectionsUnderTest.open(accounts, historyProjection, fetches, people, whoMayDoWhat);
  });
  afterAll(() => under.close());

  it('access follows the rules at once, and past access can be shown for every instant', () =>
    fc.assert(
      fc.asyncProperty(anyCommands, async (commands) => {
        const [writing, company] = [await WriteSide.start(), new Company()];
        await under.empty();
        await under.deliver(writing.log.facts);
        const access = new ShowAccessHandler(new Past(writing.log.asLog()));
        const list = new ListAccountsHandler(under.database);
        const couldUse = async (accountId: string, at?: Date): Promise<Record<string, Why>> => {
          const { items } = await access.execute(new ShowAccess(administrator(), accountId, at && { at }));
          return Object.fromEntries(items.map(({ id, why }) => [id, why]));
        };
        const moments: { accountId: string; at: Date; who: Record<string, Why> }[] = [];

        for (const asked of commands) {
          const facts = await askBoth(writing, company, asked);
          if (facts.length === 0) continue;
          await under.deliver(facts);
          const known = await under.access.people([...company.people.keys()]);
          for (const [userId, { active, role }] of company.people) {
            const rights = known.get(userId);
            expect({ userId, role: rights?.role }).toEqual({ userId, role: active ? role : undefined });
            if (!rights) continue;
            const caller = person(userId, role, [...rights.accounts]);
            if (role === 'user') expect([...rights.accounts].sort()).toEqual(usedBy(company, userId));
            const shown = await list.execute(new ListAccounts(caller, new ListAccountsParameters())).then(
              ({ items }) => items.map(({ id }) => id).sort(),
              (error: Refused) => error.reason,
            );
            const expected = listOf(company, userId);
            expect({ userId, shown }).toEqual({
              userId,
              shown: expected === 'locked' ? 'mail-module-locked' : expected,
            });
          }
          const at = new Date(facts.at(-1)!.metadata.at);
          for (const [accountId, mailbox] of company.accounts) {
            const who = whoMayUse(company, mailbox);
            expect({ accountId, who: await couldUse(accountId) }).toEqual({ accountId, who });
            moments.push({ accountId, at, who });
          }
        }
        for (const { accountId, at, who } of moments) expect(await couldUse(accountId, at)).toEqual(who);
      }),
      { numRuns: 25 },
    ));

  it('the past equals the live view of every instant, and the history has each fact once', () =>
    fc.assert(
      fc.asyncProperty(anyCommands, async (commands) => {
        const { writing, company } = await afterAllOf(commands);
        const { facts } = writing.log;
        const live = new ShowAccountHandler(under.database);
        const moments: { accountId: string; moment: Moment; shown: object }[] = [];
        await under.empty();
        for (const [n, fact] of facts.entries()) {
          await under.deliver([fact]);
          const { accountId } = fact.data as { accountId?: string };
          if (accountId === undefined || fact.stream !== accountStream(accountId)) continue;
          const shown = { ...(await live.execute(new ShowAccount(administrator(), accountId))), unread: null };
          moments.push({ accountId, moment: { revision: fact.revision }, shown });
          const { at } = fact.metadata;
          if (facts[n + 1]?.metadata.at !== at) moments.push({ accountId, moment: { at: new Date(at) }, shown });
        }
        const past = new ShowAccountThenHandler(new Past(writing.log.asLog()), under.database);
        for (const { accountId, moment, shown } of moments)
          expect(await past.execute(new ShowAccountThen(administrator(), accountId, moment))).toEqual(shown);

        const history = new ShowChangeHistoryHandler(under.database);
        const parameters = Object.assign(new HistoryParameters(), { limit: 200 });
        for (const accountId of company.accounts.keys()) {
          const { items } = await history.execute(new ShowChangeHistory(administrator(), accountId, parameters));
          const own = writing.log.of(accountStream(accountId)).toReversed();
          expect(items.map(({ id, type, by, at }) => ({ id, type, by: by.id, at }))).toEqual(
            own.map(({ id, type, metadata: { by, at } }) => ({ id, type, by: by.replace('user:', ''), at })),
          );
        }
      }),
      { numRuns: 25 },
    ));
});
