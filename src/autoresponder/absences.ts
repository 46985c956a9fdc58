import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { AccountEvent, Autoresponder } from '../accounts/account.events.js';
import { poolOf } from '../platform/database/database.js';
import { Refused } from '../platform/domain.js';
import { Checkpoints } from '../platform/followers/checkpoints.js';
import { FactLog } from '../platform/log/fact-log.js';
import { count, id, json, orNull, reference, time } from '../platform/read-models/columns.js';
import { defineProjection, table } from '../platform/read-models/projection.js';
import type { RecentReplies } from './autoreply.decider.js';
import type { AutoreplyEvent } from './autoreply.events.js';
import { isAbsent } from './absence.js';

type Span = Pick<Autoresponder, 'from' | 'until' | 'timeZone'>;

/** The enabled absence of an account. */
interface AbsenceRow {
  accountId: string;
  /** revision of the account that began it */
  window: number;
  activatedAt: Date;
  span: Span;
}

/** An automatic reply, for the brakes. */
interface ReplyRow {
  messageId: string;
  accountId: string;
  /** null for free mail */
  domainKey: string | null;
  at: Date;
}

const VERSION = 1;
const absent = table<AbsenceRow>('absences', VERSION, {
  columns: { accountId: id, window: count, activatedAt: time, span: json },
});
const replies = table<ReplyRow>('absence_replies_of_late', VERSION, {
  columns: { messageId: id, accountId: reference, domainKey: orNull(reference), at: time },
  indices: [{ columns: ['accountId', 'at'] }],
});

const spanOf = ({ from, until, timeZone }: Autoresponder): Span => ({ from, until, timeZone });

/** Another text does not begin another absence, so it reaches nobody a second time. */
const isSame = (before: Autoresponder, after: Autoresponder): boolean =>
  before.enabled && JSON.stringify(spanOf(before)) === JSON.stringify(spanOf(after));

/** Times of a mail server have no milliseconds. */
const inSeconds = (at: string): Date => new Date(Math.floor(Date.parse(at) / 1000) * 1000);

/** Enabled absences, and replies so far: an account without an absence costs nothing. */
export const absences = defineProjection<AccountEvent | AutoreplyEvent, { absent: AbsenceRow; replies: ReplyRow }>({
  name: 'absences',
  version: VERSION,
  tables: { absent, replies },
  on: {
    AutoresponderChanged: ({ absent }, { data: { accountId, from, to }, revision, metadata }) => {
      if (!to.enabled) absent.remove({ accountId });
      else if (!isSame(from, to))
        absent.put({ accountId, window: revision, activatedAt: inSeconds(metadata.at), span: spanOf(to) });
    },
    AccountRemoved: ({ absent, replies }, { data: { accountId } }) => {
      absent.remove({ accountId });
      replies.removeWhere({ accountId });
    },
    ReplyQueued: ({ replies }, { data: { messageId, accountId, domainKey }, metadata }) =>
      replies.put({ messageId, accountId, domainKey, at: new Date(metadata.at) }),
  },
});

export interface Absence {
  window: number;
  activatedAt: Date;
  span: Span;
}

async function enabled(pool: pg.Pool, accountIds: readonly string[]): Promise<Map<string, Absence>> {
  const { rows } = await pool.query<AbsenceRow>({
    name: 'absences_enabled',
    text: `select * from ${absent.name} where "accountId" = any($1)`,
    values: [[...new Set(accountIds)]],
  });
  return new Map(rows.map(({ accountId, ...row }) => [accountId, row]));
}

/** True from the activation of an absence to its end. */
export const covers = ({ activatedAt, span }: Absence, at: Date): boolean =>
  at >= activatedAt && isAbsent({ ...span, enabled: true }, at);

/** Those of the messages that came during an enabled absence of their account. */
export async function duringAbsences<M extends { accountId: string; receivedAt: string }>(
  pool: pg.Pool,
  mails: readonly M[],
): Promise<M[]> {
  const found = await enabled(
    pool,
    mails.map(({ accountId }) => accountId),
  );
  return mails.filter(({ accountId, receivedAt }) => {
    const absence = found.get(accountId);
    return absence !== undefined && covers(absence, new Date(receivedAt));
  });
}

const WAIT_MS = 5000;

@Injectable()
export class Absences {
  constructor(
    private readonly database: DataSource,
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
  ) {}

  /** Undefined without an enabled absence. */
  async of(accountId: string): Promise<Absence | undefined> {
    return (await enabled(poolOf(this.database), [accountId])).get(accountId);
  }

  /** Counts all replies that are on record. @throws Refused of kind `unavailable` while the lookup is behind */
  async recentReplies(accountId: string, domainKey: string | null): Promise<RecentReplies> {
    if (!(await this.checkpoints.waitFor([absences.id], await this.log.store.head(), WAIT_MS)))
      throw new Refused('read-model-behind', 'unavailable', `${absences.id} is behind`);
    const { rows } = await poolOf(this.database).query<RecentReplies>(
      `select count(*) filter (where at > now() - interval '1 hour' and "domainKey" = $2)::int as "toDomain",
         count(*) filter (where at > now() - interval '1 hour')::int as "inHour", count(*)::int as "inDay"
       from ${replies.name} where "accountId" = $1 and at > now() - interval '1 day'`,
      [accountId, domainKey],
    );
    return rows[0]!;
  }
}
