import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actorOf, anyCommands, anyOwner, ask, type Asked, type Model, newModel, PEOPLE } from '../../test/accounts-model.js';
import { administrator } from '../../test/examples/callers.js';
import { accountAdded } from '../../test/examples/account-facts.js';
import { userAdded } from '../../test/examples/people-facts.js';
import { recorded, told } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { type Account, account, changePassword, grantAccess, revokeAccess } from '../../src/accounts/account.decider.js';
import { type AccountEvent, type Configuration, settingNames } from '../../src/accounts/account.events.js';
import { changeSettings, revertSettings } from '../../src/accounts/settings.decider.js';
import type { AnyFact } from '../../src/all.events.js';
import { Refused } from '../../src/platform/domain.js';
import type { FactLog, Recorded } from '../../src/platform/fact-log.js';
import { accounts } from '../accounts/accounts.js';
import { ShowAccount, ShowAccountHandler } from '../accounts/show-account.js';
import { changeHistory } from '../change-history/change-history.js';
import { HistoryParameters } from '../change-history/history-filter.js';
import { ShowChangeHistory, ShowChangeHistoryHandler } from '../change-history/show-change-history.js';
import { fetches } from '../fetches/fetches.js';
import { ShowAccountThen, ShowAccountThenHandler } from './show-account-then.js';
import { Past } from './past.js';

/** The write side without its surroundings: facts of one account, and the rules. */
class Deciding {
  readonly facts: AccountEvent[];

  constructor(owner: string | null) {
    this.facts = [accountAdded({ owner })];
  }

  at(revision: number): Account {
    return this.facts.slice(0, revision + 1).reduce((state, fact) => account.evolve(state, fact), account.initial);
  }

  get now(): Account {
    return this.at(this.facts.length - 1);
  }

  settingsAt(revision: number): Configuration {
    const state = this.at(Math.min(revision, this.facts.length - 1));
    if (state.status !== 'open') throw new Error('it is always open here');
    return state.settings;
  }

  /** Whether it was done. */
  ask(asked: Asked): boolean {
    try {
      this.facts.push(...this.decide(asked));
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  private decide(asked: Asked): AccountEvent[] {
    const [state, by] = [this.now, actorOf(asked.by)];
    const version = state.status === 'open' ? state.passwordVersion + 1 : 1;
    if (asked.kind === 'change') return changeSettings(state, by, 'info', asked.set, asked.password ? version : null);
    if (asked.kind === 'password') return changePassword(state, by, 'info', version);
    if (asked.kind === 'revert')
      return revertSettings(
        state,
        by,
        'info',
        { revision: asked.revision, settings: this.settingsAt(asked.revision) },
        settingNames,
      );
    const to = { userId: asked.to, known: true, administrator: PEOPLE[asked.to] === 'administrator' };
    return asked.kind === 'grant' ? grantAccess(state, by, 'info', to) : revokeAccess(state, by, 'info', to);
  }
}

/** One after the other, each also told to the model. */
function run(owner: string | null, commands: readonly Asked[]): { deciding: Deciding; model: Model } {
  const deciding = new Deciding(owner);
  const model = newModel(owner);
  for (const asked of commands) {
    const then = asked.kind === 'revert' ? deciding.settingsAt(asked.revision) : undefined;
    const before = deciding.facts.length;
    const done = ask(model, asked, then && structuredClone(then));
    expect(deciding.ask(asked)).toBe(done);
    if (!done) expect(deciding.facts).toHaveLength(before);
  }
  return { deciding, model };
}

describe('any commands of any people', () => {
  it('leave the account as the simple model of the rules has it', () =>
    fc.assert(
      fc.property(anyOwner, anyCommands, (owner, commands) => {
        const { deciding, model } = run(owner, commands);
        const { settings, users, passwords } = model;
        expect(deciding.now).toMatchObject({ owner, settings, passwordVersion: passwords });
        expect(deciding.now).toHaveProperty('users', users);
      }),
      { numRuns: 300 },
    ));

  it('reverted to a revision, all that was not left is as it was then, and again changes nothing', () =>
    fc.assert(
      fc.property(anyOwner, anyCommands, fc.nat(30), (owner, commands, wanted) => {
        const { deciding } = run(owner, commands);
        const revision = Math.min(wanted, deciding.facts.length - 1);
        const then = deciding.settingsAt(revision);
        const { login, incoming, outgoing } = deciding.settingsAt(deciding.facts.length - 1);
        expect(deciding.ask({ kind: 'revert', by: 'ada', revision })).toBe(true);
        const now = deciding.settingsAt(deciding.facts.length - 1);
        for (const name of settingNames) {
          const left = { login, incoming, outgoing }[name as 'login'];
          if (left !== undefined && JSON.stringify(now[name]) === JSON.stringify(left)) continue;
          expect(now[name]).toEqual(then[name]);
        }
        const length = deciding.facts.length;
        deciding.ask({ kind: 'revert', by: 'ada', revision });
        expect(deciding.facts).toHaveLength(length);
      }),
      { numRuns: 300 },
    ));
});

describe('after any commands of any people', () => {
  let under: ProjectionsUnderTest;
  beforeAll(async () => (under = await ProjectionsUnderTest.open(accounts, changeHistory, fetches)));
  afterAll(() => under.close());

  const people = Object.entries(PEOPLE).map(([userId, role]) => userAdded({ userId, role, name: userId, email: `${userId}@x` }));

  it('every instant is told as the live view had it then, and every fact once in the history', () =>
    fc.assert(
      fc.asyncProperty(anyOwner, anyCommands, async (owner, commands) => {
        const { deciding } = run(owner, commands);
        const log = recorded([...people, ...deciding.facts].map((fact: AnyFact) => told(fact, { by: 'user:ada' })));
        const past = new ShowAccountThenHandler(new Past(reading(log)), under.database);
        const live = new ShowAccountHandler(under.database);
        await under.empty();
        await under.deliver(log.slice(0, people.length));
        for (const fact of log.slice(people.length)) {
          await under.deliver([fact]);
          const shown = { ...(await live.execute(new ShowAccount(administrator(), 'info'))), unread: null };
          const at = new Date(fact.metadata.at);
          expect(await past.execute(new ShowAccountThen(administrator(), 'info', { at }))).toEqual(shown);
          const { revision } = fact;
          expect(await past.execute(new ShowAccountThen(administrator(), 'info', { revision }))).toEqual(shown);
        }
        const parameters = Object.assign(new HistoryParameters(), { limit: 200 });
        const history = await new ShowChangeHistoryHandler(under.database).execute(
          new ShowChangeHistory(administrator(), 'info', parameters),
        );
        const facts = log.slice(people.length).toReversed();
        expect(history.items.map(({ id, type }) => [id, type])).toEqual(facts.map(({ id, type }) => [id, type]));
      }),
      { numRuns: 10 },
    ));
});

/** A log that holds these facts. */
const reading = (facts: readonly Recorded[]): FactLog =>
  ({
    async *read(stream: string) {
      yield* facts.filter((fact) => fact.stream === stream);
    },
  }) as unknown as FactLog;
