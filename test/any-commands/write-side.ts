import { AddressClaims } from '../../src/accounts/address-claims.js';
import { type Account, account } from '../../src/accounts/account.fold.js';
import {
  addAccount,
  changePassword,
  type Grantee,
  grantAccess,
  grantSignIn,
  mayAddAccounts,
  removeAccount,
  revokeAccess,
} from '../../src/accounts/account.decider.js';
import {
  type AccountEvent,
  accountStream,
  type Configuration,
  settingNames,
} from '../../src/accounts/account.events.js';
import { changeSettings, mayChangeSettings, revertSettings, toRevert } from '../../src/accounts/settings.decider.js';
import { expireSignIn } from '../../src/accounts/sign-in/sign-in-expired.decider.js';
import { Decide, type Decided, type Origin } from '../../src/platform/commands/decide.js';
import { type Actor, Refused } from '../../src/platform/domain.js';
import { MasterKey } from '../../src/platform/secrets/master-key.js';
import type { Vault } from '../../src/platform/secrets/vault.js';
import { addFirstAdministrator, addUser, changeUser, changeUserPassword } from '../../src/users/user.decider.js';
import { type Users, users } from '../../src/users/user.fold.js';
import { type UserEvent, USERS_STREAM } from '../../src/users/user.events.js';
import { atOf } from '../examples/recorded.js';
import { settings } from '../examples/account-facts.js';
import { accountIdOf, type Asked, type AskedTo, type Wish } from './commands.js';
import { MemoryLog } from './memory-log.js';

type Handlers = { [W in Wish]: (origin: Origin, asked: AskedTo<W>) => Promise<unknown> };

/** Deciders with the steps of their handlers, on a log in memory. Each append is one minute after the last one. */
export class WriteSide {
  readonly log = new MemoryLog();
  private minutes = 0;
  private readonly decide = new Decide(this.log.asLog(), () => new Date(atOf(this.minutes++)));
  private readonly claims = new AddressClaims(this.decide, new MasterKey(Buffer.alloc(32)), nobodysVault);

  static async start(): Promise<WriteSide> {
    const writing = new WriteSide();
    const ada = { userId: 'ada', name: 'ada', email: 'ada@acme.example', emailKey: 'ada@acme.example' };
    const rule = (state: Users): UserEvent[] =>
      addFirstAdministrator(state, SYSTEM, { ...ada, role: 'administrator', passwordVersion: null });
    await writing.decide.on<Users, UserEvent>(USERS_STREAM, users, originOf(SYSTEM), rule);
    return writing;
  }

  async users(): Promise<Users> {
    return (await this.decide.load(USERS_STREAM, users)).state;
  }

  async account(accountId: string): Promise<Account> {
    return (await this.decide.load(accountStream(accountId), account)).state;
  }

  /** Settings of an account at a revision; undefined without such a revision. */
  settingsAt(accountId: string, revision: number): Configuration | undefined {
    const facts = this.log.of(accountStream(accountId)) as unknown as AccountEvent[];
    const then = facts.slice(0, revision + 1).reduce((state, fact) => account.evolve(state, fact), account.initial);
    return revision < facts.length && then.status === 'open' ? then.settings : undefined;
  }

  /** True when the request succeeded. */
  async ask(asked: Asked): Promise<boolean> {
    const by = asked.by === 'system' ? SYSTEM : await this.actor(asked.by);
    if (!by) return false;
    try {
      await (this.handlers[asked.to] as (origin: Origin, asked: Asked) => Promise<unknown>)(originOf(by), asked);
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  private readonly handlers: Handlers = {
    'add-user': (origin, { userId, email, role }) =>
      this.onUsers(origin, (state) =>
        addUser(state, origin.actor, { userId, name: userId, email, emailKey: email, role, passwordVersion: 1 }),
      ),
    'change-user': (origin, { userId, set }) =>
      this.onUsers(origin, (state) => changeUser(state, origin.actor, userId, set)),
    'change-user-password': (origin, { userId }) =>
      this.onUsers(origin, (state) =>
        changeUserPassword(state, origin.actor, userId, (state.byId.get(userId)?.passwordVersion ?? 0) + 1),
      ),
    'add-account': async (origin, { address, users, signIn }) => {
      const accountId = accountIdOf(new Set(this.log.facts.filter(({ type }) => type === 'AccountAdded')).size);
      const hasMailModule = (await this.accountsOf(origin.actor.id)).length > 0;
      mayAddAccounts(origin.actor, hasMailModule, users);
      const grantees = await Promise.all(users.map((id) => this.grantee(id)));
      if (grantees.some(({ known }) => !known)) throw new Refused('user-not-found', 'unprocessable');
      await this.claims.mayBeClaimed(address, accountId);
      await this.claims.claim(address, accountId, origin);
      await this.onAccount(accountId, origin, (state) =>
        addAccount(state, origin.actor, hasMailModule, {
          accountId,
          settings: settings({ address }),
          ...(signIn ? { signIn, passwordVersion: 0 } : { passwordVersion: 1 }),
          users: grantees.filter(({ administrator }) => !administrator).map(({ userId }) => userId),
        }),
      );
    },
    'remove-account': (origin, { accountId }) =>
      this.onAccount(accountId, origin, (state) => removeAccount(state, origin.actor, accountId)),
    'change-settings': (origin, { accountId, set, password }) =>
      this.changing(accountId, origin, set, (state) =>
        changeSettings(state, origin.actor, accountId, set, password ? this.nextSecret(accountId) : null),
      ),
    'change-password': (origin, { accountId }) =>
      this.onAccount(accountId, origin, (state) =>
        changePassword(state, origin.actor, accountId, this.nextSecret(accountId)),
      ),
    'sign-in': (origin, { accountId, provider }) =>
      this.onAccount(accountId, origin, (state) =>
        grantSignIn(state, origin.actor, accountId, provider, this.nextSecret(accountId)),
      ),
    revert: async (origin, { accountId, revision }) => {
      const before = mayChangeSettings(await this.account(accountId), origin.actor);
      const then = this.settingsAt(accountId, revision);
      if (!then) throw new Refused('revision-not-found', 'not-found');
      const { set } = toRevert(before.settings, then, settingNames);
      const taken = set.address !== undefined && (await this.isTaken(set.address, accountId));
      if (taken) delete set.address;
      const names = settingNames.filter((name) => !(taken && name === 'address'));
      await this.changing(accountId, origin, set, (state) =>
        revertSettings(state, origin.actor, accountId, { revision, settings: then }, names),
      );
    },
    grant: async (origin, { accountId, userId }) => {
      const to = await this.grantee(userId);
      await this.onAccount(accountId, origin, (state) => grantAccess(state, origin.actor, accountId, to));
    },
    revoke: async (origin, { accountId, userId }) => {
      const from = await this.grantee(userId);
      await this.onAccount(accountId, origin, (state) => revokeAccess(state, origin.actor, accountId, from));
    },
    'run-out': (origin, { accountId }) =>
      this.onAccount(accountId, origin, (state) =>
        expireSignIn(state, accountId, state.status === 'open' ? (state.signIn.tokens ?? 0) : 0),
      ),
  };

  private onUsers(origin: Origin, rule: (state: Users) => UserEvent[]): Promise<Decided<Users>> {
    return this.decide.on(USERS_STREAM, users, origin, rule);
  }

  private onAccount(id: string, origin: Origin, rule: (state: Account) => AccountEvent[]): Promise<Decided<Account>> {
    return this.decide.on(accountStream(id), account, origin, rule);
  }

  /** Claims a new address, records the change, then releases the old address. */
  private async changing(
    accountId: string,
    origin: Origin,
    { address }: Partial<Configuration>,
    rule: (state: Account) => AccountEvent[],
  ): Promise<void> {
    const before = await this.account(accountId);
    rule(before);
    const old = before.status === 'open' ? before.settings.address : '';
    const moves = address !== undefined && address.toLowerCase() !== old.toLowerCase();
    if (moves) await this.claims.mayBeClaimed(address, accountId);
    const held = await this.claims.heldSince(old, origin);
    if (moves) await this.claims.claim(address, accountId, origin);
    await this.onAccount(accountId, origin, rule);
    if (moves) await this.claims.release(old, accountId, held, origin);
  }

  private async isTaken(address: string, accountId: string): Promise<boolean> {
    return this.claims.mayBeClaimed(address, accountId).then(
      () => false,
      () => true,
    );
  }

  /** Next version of a secret, as the vault would count it. */
  private nextSecret(accountId: string): number {
    const given = this.log.of(accountStream(accountId)) as unknown as AccountEvent[];
    return given.filter((fact) => GIVES_SECRET.includes(fact.type) && !('signIn' in fact.data)).length + 1;
  }

  private async actor(userId: string): Promise<Actor | undefined> {
    const user = (await this.users()).byId.get(userId);
    return user?.active ? { id: userId, role: user.role } : undefined;
  }

  private async grantee(userId: string): Promise<Grantee> {
    const user = (await this.users()).byId.get(userId);
    return { userId, known: user !== undefined, administrator: user?.role === 'administrator' };
  }

  private async accountsOf(userId: string): Promise<string[]> {
    const ids = this.log.facts.flatMap(({ type, stream }) =>
      type === 'AccountAdded' ? [stream.slice('account-'.length)] : [],
    );
    const states = await Promise.all(ids.map((id) => this.account(id)));
    return ids.filter((_, n) => {
      const state = states[n]!;
      return state.status === 'open' && (state.owner === userId || state.users.has(userId));
    });
  }
}

const GIVES_SECRET = ['AccountAdded', 'PasswordChanged', 'SignInGranted'];
const SYSTEM: Actor = { id: 'system', role: 'system' };
const originOf = (actor: Actor): Origin => ({
  actor,
  by: actor.role === 'system' ? 'system' : `user:${actor.id}`,
  via: 'web',
  correlationId: 'request',
  causationId: null,
  commandId: 'command',
});

/** Without crashes, no abandoned account leaves secrets to erase. */
const nobodysVault = {
  close: () => Promise.reject(new Error('no account is abandoned')),
} as unknown as Vault;
