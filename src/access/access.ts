import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Checkpoints } from '../platform/followers/checkpoints.js';
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
  /** position of what ended his sessions last: those opened before are none any more */
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
 * SQL: whether the account in this column, if any, has not been removed. What is read for those who may use every account asks it, so that
 * the mail of a removed account is out of everybody's reach at once, however far a read model is behind.
 */
export const notRemoved = (column: string): string =>
  `(${column} = any (array(select id from ${ACCOUNTS} where removed))) is not true`;

/** How old the knowledge may be before it is not trusted any more. */
const STALE = `interval '10 seconds'`;
/** At a start, so that what a process left that is dead by now does not grow stale before its successor has looked. */
const STALE_AT_START = `interval '5 seconds'`;
const WAIT_MS = 5000;

export interface Person {
  id: string;
  role: Role;
  /** accounts that he may use, by ownership or grant; an administrator may use all, listed or not */
  accounts: ReadonlySet<string>;
}

/** An active user, as signing in needs to know him. */
export interface WhoSignsIn {
  id: string;
  /** of his password's hash in the vault; 0: he has none */
  passwordVersion: number;
  /** what his new session is opened as of */
  sessionsAfter: Position;
}

export const notKnown = (): Refused =>
  new Refused('access-not-known', 'unavailable', 'who may do what is being read from the log');

/** SQL, with the checkpoint as `c`. */
export const FRESH = `c.at_head > now() - ${STALE} as fresh`;
/** SQL: what is asked of the active user that is joined as `u`. */
export const PERSON = `u.role, u.sessions_after as "sessionsAfter", array(
  select account_id from ${GRANTS} where user_id = u.id union select id from ${ACCOUNTS} where owner = u.id and not removed
) as accounts`;

export interface PersonRow {
  /** null when there is no such active user */
  role: Role | null;
  sessionsAfter: Position;
  accounts: string[];
}

/** @param asOf of his session, which something later may have ended: then there is nobody */
export function personOf(
  userId: string,
  { role, sessionsAfter, accounts }: PersonRow,
  asOf?: Position,
): Person | undefined {
  if (role === null || (asOf !== undefined && sessionsAfter > asOf)) return undefined;
  return { id: userId, role, accounts: new Set(accounts) };
}

/** Who may do what, shared by all processes: every request asks the same tables. */
export class Access {
  constructor(
    private readonly pool: pg.Pool,
    private readonly checkpoints: Checkpoints,
  ) {}

  /**
   * An active person; undefined when there is none.
   * @param asOf of his session, which something later may have ended: then there is none either
   * @throws Refused 503 when the knowledge is behind: access fails closed
   */
  async person(userId: string, asOf?: Position): Promise<Person | undefined> {
    const row = (await this.persons([userId])).get(userId);
    if (!row?.fresh) throw notKnown();
    return personOf(userId, row, asOf);
  }

  private readonly persons = batched(async (userIds) => {
    const { rows } = await this.pool.query<PersonRow & { asked: string; fresh: boolean }>({
      name: 'access_persons',
      text: `select asked, ${FRESH}, ${PERSON}
             from checkpoints c cross join unnest($1::text[]) asked left join ${USERS} u on u.id = asked and u.active
             where c.name = $2`,
      values: [userIds, ACCESS_FOLLOWER],
    });
    return new Map(rows.map((row) => [row.asked, row]));
  });

  /** The active ones of these people, as `person` tells of one; asked at once, after `knows`. */
  async people(userIds: readonly string[]): Promise<Map<string, Person & { sessionsAfter: Position }>> {
    const { rows } = await this.pool.query<{ id: string; role: Role; accounts: string[]; sessionsAfter: Position }>({
      name: 'access_people',
      text: `select u.id, ${PERSON} from ${USERS} u where u.id = any($1) and u.active`,
      values: [userIds],
    });
    return new Map(rows.map(({ accounts, ...row }) => [row.id, { ...row, accounts: new Set(accounts) }]));
  }

  /** Roles of those of these tokens that are in force. */
  async tokens(tokenIds: readonly string[]): Promise<Map<string, Role>> {
    const { rows } = await this.pool.query<{ id: string; role: Role }>({
      name: 'access_tokens',
      text: `select id, role from ${TOKENS} where id = any($1) and not revoked`,
      values: [tokenIds],
    });
    return new Map(rows.map(({ id, role }) => [id, role]));
  }

  /** For signing in: the user with this address, also one who is not let in any more. */
  userByEmail(emailKey: string): Promise<(WhoSignsIn & { active: boolean }) | undefined> {
    return this.whoSignsIn('email_key', emailKey);
  }

  /** The active user with this id. */
  async userById(userId: string): Promise<WhoSignsIn | undefined> {
    const user = await this.whoSignsIn('id', userId);
    return user?.active ? user : undefined;
  }

  private async whoSignsIn(
    column: 'email_key' | 'id',
    value: string,
  ): Promise<(WhoSignsIn & { active: boolean }) | undefined> {
    const { rows } = await this.pool.query<
      Omit<WhoSignsIn, 'id'> & { fresh: boolean; id: string | null; active: boolean }
    >(
      `select ${FRESH}, u.id, u.active, u.password_version as "passwordVersion", u.sessions_after as "sessionsAfter"
       from checkpoints c left join ${USERS} u on u.${column} = $1 where c.name = $2`,
      [value, ACCESS_FOLLOWER],
    );
    const [row] = rows;
    if (!row?.fresh) throw notKnown();
    const { id, active, passwordVersion, sessionsAfter } = row;
    return id === null ? undefined : { id, active, passwordVersion, sessionsAfter };
  }

  /** Whether there is such an account, or was until it was removed, for those who may see all. */
  async accountExists(accountId: string): Promise<boolean> {
    return (await this.pool.query(`select 1 from ${ACCOUNTS} where id = $1`, [accountId])).rowCount === 1;
  }

  /** Of these accounts those that have been removed. */
  async removedOf(accountIds: readonly string[]): Promise<string[]> {
    if (accountIds.length === 0) return [];
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'access_removed',
      text: `select id from ${ACCOUNTS} where removed and id = any($1)`,
      values: [accountIds],
    });
    return rows.map(({ id }) => id);
  }

  /** Whether it is there, not removed, and within a scope from `mailOf`. */
  async isOpen(scope: 'all' | readonly string[], accountId: string): Promise<boolean> {
    if (scope !== 'all') return scope.includes(accountId);
    return (
      (await this.pool.query(`select 1 from ${ACCOUNTS} where id = $1 and not removed`, [accountId])).rowCount === 1
    );
  }

  /** Of these accounts those whose mail may be read, within a scope from `mailOf`: for those who may use all, the ones not removed. */
  async readable(scope: 'all' | readonly string[], accountIds: readonly string[]): Promise<readonly string[]> {
    if (scope !== 'all') return accountIds.filter((id) => scope.includes(id));
    const removed = await this.removedOf(accountIds);
    return accountIds.filter((id) => !removed.includes(id));
  }

  /** What a rule about giving access asks of the person it is given to. */
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

  /** Answers once every process decides by what was written at `position`. @throws Refused 503 when that takes too long */
  async knows(position: Position): Promise<void> {
    if (!(await this.checkpoints.waitFor([ACCESS_FOLLOWER], position, WAIT_MS)))
      throw new Refused('read-model-behind', 'unavailable', 'it is recorded, but not in force everywhere yet');
  }

  /** Answers once somebody can be let in: what stood at `position` is known, and the knowledge is fresh. */
  async ready(position: Position): Promise<void> {
    while (!(await this.checkpoints.waitFor([ACCESS_FOLLOWER], position, WAIT_MS)) || !(await this.fresh()))
      await pause(20);
  }

  private async fresh(): Promise<boolean> {
    const { rows } = await this.pool.query<{ fresh: boolean }>(
      `select at_head > now() - ${STALE_AT_START} as fresh from checkpoints where name = $1`,
      [ACCESS_FOLLOWER],
    );
    return rows[0]?.fresh === true;
  }
}
