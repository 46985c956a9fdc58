import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Checkpoints } from '../platform/followers/checkpoints.js';
import type { Heartbeats } from '../platform/followers/heartbeats.js';
import type { Role } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { batched } from '../platform/database/batched.js';
import type { ProjectionTable } from '../platform/read-models/projection-tables.js';
import { table } from '../platform/read-models/projection.js';

const VERSION = 2;
/** Filled by `src/access/who-may-do-what.ts`. */
export const ACCESS_FOLLOWER = `who-may-do-what@${VERSION}`;
export const ACCESS_VERSION = VERSION;

export interface AccessUserRow {
  id: string;
  role: Role;
  active: boolean;
  email_key: string;
  password_version: number;
  /** position of the last fact that ended all sessions of the user: older sessions are out of force */
  sessions_after: string;
}
export interface AccessTokenRow {
  id: string;
  role: Role;
  name: string;
  revoked: boolean;
}
export interface AccessAccountRow {
  id: string;
  owner: string | null;
  removed: boolean;
}
export interface AccessGrantRow {
  user_id: string;
  account_id: string;
}

export const accessTables: {
  users: ProjectionTable<AccessUserRow>;
  tokens: ProjectionTable<AccessTokenRow>;
  accounts: ProjectionTable<AccessAccountRow>;
  grants: ProjectionTable<AccessGrantRow>;
} = {
  users: table<AccessUserRow>('access_users', VERSION, {
    columns: {
      id: { type: 'text', primary: true },
      role: { type: 'text' },
      active: { type: 'boolean' },
      email_key: { type: 'text' },
      password_version: { type: 'integer' },
      sessions_after: { type: 'text', collation: 'C' },
    },
    indices: [{ columns: ['email_key'] }],
  }),
  tokens: table<AccessTokenRow>('access_tokens', VERSION, {
    columns: {
      id: { type: 'text', primary: true },
      role: { type: 'text' },
      name: { type: 'text' },
      revoked: { type: 'boolean' },
    },
  }),
  accounts: table<AccessAccountRow>('access_accounts', VERSION, {
    columns: {
      id: { type: 'text', primary: true },
      owner: { type: 'text', nullable: true },
      removed: { type: 'boolean' },
    },
    indices: [{ columns: ['owner'] }],
    also: ['create index on % (id) where removed'],
  }),
  grants: table<AccessGrantRow>('access_grants', VERSION, {
    columns: { user_id: { type: 'text', primary: true }, account_id: { type: 'text', primary: true } },
    indices: [{ columns: ['account_id'] }],
  }),
};

const [USERS, TOKENS, ACCOUNTS, GRANTS] = [
  accessTables.users,
  accessTables.tokens,
  accessTables.accounts,
  accessTables.grants,
].map((each) => each.name) as [string, string, string, string];

/**
 * SQL condition: the account in this column is null or not removed. Queries for callers with access to all accounts
 * need it: mail of a removed account is hidden at once, also if a read model is behind.
 */
export const notRemoved = (column: string): string =>
  `(${column} = any (array(select id from ${ACCOUNTS} where removed))) is not true`;

/** Maximum age of the access tables. Older tables are not trusted. */
const STALE_MS = 10_000;
/** Maximum age at a start: tables that a dead process left must not become stale before their next refresh. */
const STALE_AT_START_MS = 5000;
const WAIT_MS = 5000;

export interface Person {
  id: string;
  role: Role;
  /** ids of owned and granted accounts; an administrator may use all accounts, listed or not */
  accounts: ReadonlySet<string>;
}

/** User that signs in. */
export interface WhoSignsIn {
  id: string;
  /** version of the password hash in the vault; 0: no password */
  passwordVersion: number;
  /** `asOf` of a new session */
  sessionsAfter: Position;
}

const notKnown = (): Refused =>
  new Refused(
    'access-not-known',
    'unavailable',
    'The rights of users are still being read from the log. Try again in a few seconds.',
  );

/** SQL columns of `PersonRow`; needs the active user as `u`. */
export const PERSON = `u.role, u.sessions_after as "sessionsAfter", array(
  select account_id from ${GRANTS} where user_id = u.id union select id from ${ACCOUNTS} where owner = u.id and not removed
) as accounts`;

export interface PersonRow {
  /** null: no such active user */
  role: Role | null;
  sessionsAfter: Position;
  accounts: string[];
}

/** @param asOf `asOf` of the session: undefined is returned if a later fact has ended all sessions of the user */
export function personOf(
  userId: string,
  { role, sessionsAfter, accounts }: PersonRow,
  asOf?: Position,
): Person | undefined {
  if (role === null || (asOf !== undefined && sessionsAfter > asOf)) return undefined;
  return { id: userId, role, accounts: new Set(accounts) };
}

/** Rights of users, tokens and accounts, from tables that all processes share. */
export class Access {
  constructor(
    private readonly pool: pg.Pool,
    private readonly checkpoints: Checkpoints,
    private readonly heartbeats: Heartbeats,
  ) {}

  /** To be called after the tables were read: they only move forward. @throws Refused 503 if the tables are stale */
  mustBeFresh(): void {
    if (!this.heartbeats.wasAtHead(ACCESS_FOLLOWER, STALE_MS)) throw notKnown();
  }

  /**
   * Active person; undefined if there is none.
   * @param asOf `asOf` of the session: undefined is returned if a later fact has ended all sessions of the user
   * @throws Refused 503 if the tables are stale: access fails closed
   */
  async person(userId: string, asOf?: Position): Promise<Person | undefined> {
    const row = (await this.persons([userId])).get(userId);
    this.mustBeFresh();
    return row && personOf(userId, row, asOf);
  }

  private readonly persons = batched(async (userIds) => {
    const { rows } = await this.pool.query<PersonRow & { id: string }>({
      name: 'access_persons',
      text: `select u.id, ${PERSON} from ${USERS} u where u.id = any($1) and u.active`,
      values: [userIds],
    });
    return new Map(rows.map((row) => [row.id, row]));
  });

  /** Active people with these ids. Does not check the age of the tables: call it after `knows`. */
  async people(userIds: readonly string[]): Promise<Map<string, Person & { sessionsAfter: Position }>> {
    const { rows } = await this.pool.query<{ id: string; role: Role; accounts: string[]; sessionsAfter: Position }>({
      name: 'access_people',
      text: `select u.id, ${PERSON} from ${USERS} u where u.id = any($1) and u.active`,
      values: [userIds],
    });
    return new Map(rows.map(({ accounts, ...row }) => [row.id, { ...row, accounts: new Set(accounts) }]));
  }

  /** Roles of the tokens in force. */
  async tokens(tokenIds: readonly string[]): Promise<Map<string, Role>> {
    const { rows } = await this.pool.query<{ id: string; role: Role }>({
      name: 'access_tokens',
      text: `select id, role from ${TOKENS} where id = any($1) and not revoked`,
      values: [tokenIds],
    });
    return new Map(rows.map(({ id, role }) => [id, role]));
  }

  /** User with this address, also if not active. @throws Refused 503 if the tables are stale */
  userByEmail(emailKey: string): Promise<(WhoSignsIn & { active: boolean }) | undefined> {
    return this.whoSignsIn('email_key', emailKey);
  }

  /** Active user with this id. @throws Refused 503 if the tables are stale */
  async userById(userId: string): Promise<WhoSignsIn | undefined> {
    const user = await this.whoSignsIn('id', userId);
    return user?.active ? user : undefined;
  }

  private async whoSignsIn(
    column: 'email_key' | 'id',
    value: string,
  ): Promise<(WhoSignsIn & { active: boolean }) | undefined> {
    const { rows } = await this.pool.query<WhoSignsIn & { active: boolean }>(
      `select id, active, password_version as "passwordVersion", sessions_after as "sessionsAfter"
       from ${USERS} where ${column} = $1`,
      [value],
    );
    this.mustBeFresh();
    return rows[0];
  }

  /** True if the account exists or existed until its removal. */
  async accountExists(accountId: string): Promise<boolean> {
    return (await this.pool.query(`select 1 from ${ACCOUNTS} where id = $1`, [accountId])).rowCount === 1;
  }

  /** Removed accounts among these. */
  async removedOf(accountIds: readonly string[]): Promise<string[]> {
    if (accountIds.length === 0) return [];
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'access_removed',
      text: `select id from ${ACCOUNTS} where removed and id = any($1)`,
      values: [accountIds],
    });
    return rows.map(({ id }) => id);
  }

  /** True if the account exists, is not removed and lies within a scope from `mailOf`. */
  async isOpen(scope: 'all' | readonly string[], accountId: string): Promise<boolean> {
    if (scope !== 'all') return scope.includes(accountId);
    return (
      (await this.pool.query(`select 1 from ${ACCOUNTS} where id = $1 and not removed`, [accountId])).rowCount === 1
    );
  }

  /** Accounts among these with readable mail, within a scope from `mailOf`; for the scope `all`, those not removed. */
  async readable(scope: 'all' | readonly string[], accountIds: readonly string[]): Promise<readonly string[]> {
    if (scope !== 'all') return accountIds.filter((id) => scope.includes(id));
    const removed = await this.removedOf(accountIds);
    return accountIds.filter((id) => !removed.includes(id));
  }

  /** Facts about a user for the rules of granting access. */
  async grantee(userId: string): Promise<{ userId: string; known: boolean; administrator: boolean }> {
    const role = (await this.roles([userId])).get(userId);
    return { userId, known: role !== undefined, administrator: role === 'administrator' };
  }

  private readonly roles = batched(async (userIds) => {
    const { rows } = await this.pool.query<{ id: string; role: Role }>({
      name: 'access_roles',
      text: `select id, role from ${USERS} where id = any($1)`,
      values: [userIds],
    });
    return new Map(rows.map(({ id, role }) => [id, role]));
  });

  /** Waits until every process decides with the facts up to `position`. @throws Refused 503 after 5 seconds */
  async knows(position: Position): Promise<void> {
    if (!(await this.checkpoints.waitFor([ACCESS_FOLLOWER], position, WAIT_MS)))
      throw new Refused(
        'read-model-behind',
        'unavailable',
        'The change is recorded, but not in force everywhere yet. Reload in a few seconds.',
      );
  }

  /** Waits until callers can be recognised: the tables hold the facts up to `position` and are fresh. */
  async ready(position: Position): Promise<void> {
    while (!(await this.checkpoints.waitFor([ACCESS_FOLLOWER], position, WAIT_MS)) || !(await this.areFresh()))
      await pause(20);
  }

  private async areFresh(): Promise<boolean> {
    await this.heartbeats.look();
    return this.heartbeats.wasAtHead(ACCESS_FOLLOWER, STALE_AT_START_MS);
  }
}
