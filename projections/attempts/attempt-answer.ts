import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsDayOrTime } from '../../src/platform/http/day-or-time.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { AuthorAnswer } from '../history/history-answer.js';
import type { AttemptRow } from './attempts.js';

export class AttemptsParameters extends PageQuery {
  /** only of this person or service: `by.id` of an entry */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  by?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  reason?: string;

  /** made then or later: a day (UTC) or a time */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** made before that time, or on that day (UTC) or earlier */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}

export class AttemptedAccountAnswer {
  id!: string;
  address!: string | null;
}

/** The same attempts of one hour. */
export class AttemptAnswer {
  id!: string;
  /** ISO 8601 UTC: the last one that was written down */
  at!: string;
  firstAt!: string;
  /** at least so often: written down whenever it has doubled */
  times!: number;
  /** null: nobody who is known */
  by!: AuthorAnswer | null;
  /** by which way in: `web`, `api:<name of the service>` */
  via!: string;
  /** method and route; null: too many different ones within an hour to tell them apart */
  action!: string | null;
  account!: AttemptedAccountAnswer | null;
  /** whom it was about: who was to sign in, or to be changed */
  user!: AuthorAnswer | null;
  /** status of the answer */
  status!: number;
  reason!: string;
  /** the mail server that refused */
  server!: 'incoming' | 'outgoing' | null;
  /** network address; for administrators and auditors */
  from!: string | null;
}

export class AttemptPage {
  items!: AttemptAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}

export interface SelectedAttempt extends AttemptRow {
  byName: string | null;
  userName: string | null;
  address: string | null;
}

const FORGOTTEN = 'a forgotten person';

function author({ by, byName, via }: SelectedAttempt): AuthorAnswer | null {
  if (by === null) return null;
  if (by.startsWith('token:')) return { id: by, name: via.replace(/^api:/, '') };
  return { id: by.slice('user:'.length), name: byName ?? FORGOTTEN };
}

export const toAttempt = (row: SelectedAttempt): AttemptAnswer => ({
  id: row.id,
  at: row.lastAt.toISOString(),
  firstAt: row.firstAt.toISOString(),
  times: row.times,
  by: author(row),
  via: row.via,
  action: row.action,
  account: row.accountId === null ? null : { id: row.accountId, address: row.address },
  user: row.userId === null ? null : { id: row.userId, name: row.userName ?? FORGOTTEN },
  status: row.status,
  reason: row.reason,
  server: row.server,
  from: row.from,
});
