import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { poolOf } from '../../src/platform/database/database.js';
import { peopleTables } from '../people/people.js';

const TABLE = 'presence';
const LIVES_S = 30;
/** Messages at which one person can be; the latest ones count. */
const MOST_OF_ONE = 20;
const MOST_SHOWN = 50;
const CLEARED_EVERY_MS = 60_000;

/**
 * SQL condition: the row is in force. It is bounded on both sides, so that a clock that is set back ends presence
 * instead of extending it.
 */
const IN_FORCE = `p.expires_at between now() and now() + interval '${LIVES_S} s'`;

export type PresenceState = 'viewing' | 'answering' | 'gone';

export class PresentAnswer {
  /** Id of the user. */
  userId!: string;
  /** Name of the user. */
  name!: string;
  /** `viewing`: has the message open; `answering`: writes an answer to it. */
  state!: 'viewing' | 'answering';
}

export interface Presence {
  messageId: string;
  userId: string;
  accountId: string;
  state: 'viewing' | 'answering';
}

/** People that view or answer a message at this moment, over all processes. Never facts. */
@Injectable()
export class Presences {
  private clearedAt = -Infinity;

  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  /** Holds for 30 seconds unless it is told again. */
  async tell(messageId: string, accountId: string, userId: string, state: PresenceState): Promise<void> {
    const pool = poolOf(this.database);
    await this.clearSometimes();
    if (state === 'gone') {
      await pool.query(`delete from ${TABLE} where message_id = $1 and user_id = $2`, [messageId, userId]);
      return;
    }
    await pool.query({
      name: 'tell_presence',
      text: `with told as (
               insert into ${TABLE} values ($1, $2, $3, $4, now() + interval '${LIVES_S} s')
               on conflict (message_id, user_id) do update set state = excluded.state, expires_at = excluded.expires_at)
             delete from ${TABLE} where user_id = $2 and message_id in (
               select message_id from ${TABLE} where user_id = $2 and message_id <> $1
               order by expires_at desc offset ${MOST_OF_ONE - 1})`,
      values: [messageId, userId, accountId, state],
    });
  }

  /** Other people at a message that may use its account, by name. @param me null: a service asks */
  async others(messageId: string, accountId: string, me: string | null): Promise<PresentAnswer[]> {
    const { rows } = await poolOf(this.database).query<PresentAnswer>({
      name: 'present_at_message',
      text: `select p.user_id as "userId", u.name, p.state from ${TABLE} p
             join ${peopleTables.users.name} u on u.id = p.user_id
             where p.message_id = $1 and p.user_id is distinct from $2 and ${IN_FORCE} and u.name is not null
             order by u.name, p.user_id limit ${MOST_SHOWN}`,
      values: [messageId, me],
    });
    if (rows.length === 0) return [];
    const people = await this.access.people(rows.map(({ userId }) => userId));
    return rows.filter(({ userId }) => {
      const person = people.get(userId);
      return person !== undefined && (person.role === 'administrator' || person.accounts.has(accountId));
    });
  }

  async all(): Promise<Presence[]> {
    const { rows } = await poolOf(this.database).query<Presence>({
      name: 'all_present',
      text: `select message_id as "messageId", user_id as "userId", account_id as "accountId", state
             from ${TABLE} p where ${IN_FORCE}`,
    });
    return rows;
  }

  private async clearSometimes(): Promise<void> {
    if (performance.now() - this.clearedAt < CLEARED_EVERY_MS) return;
    this.clearedAt = performance.now();
    await poolOf(this.database).query(`delete from ${TABLE} p where not (${IN_FORCE})`);
  }
}
