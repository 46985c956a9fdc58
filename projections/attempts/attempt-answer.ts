import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsDayOrTime } from '../../src/platform/http/day-or-time.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { FORGOTTEN, toAuthor } from '../history/authors.js';
import { AuthorAnswer } from '../history/history-answer.js';
import type { AttemptRow } from './attempts.js';

export class AttemptsParameters extends PageQuery {
  /** Only attempts by this user or service: `by.id` of an entry. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  by?: string;

  /** Only attempts with this reason: `reason` of an entry. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  reason?: string;

  /** Only attempts from this time or day (UTC) on. */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** Only attempts before this time, or up to the end of this day (UTC). */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}

class AttemptedAccountAnswer {
  /** Id of the account. */
  id!: string;
  /** Mail address of the account; null if it is not known. */
  address!: string | null;
}

/** The same attempts of one hour. */
class AttemptAnswer {
  /** Id of the attempt; equal attempts within one hour are one entry. */
  id!: string;
  /** ISO 8601 UTC: last recorded attempt. */
  at!: string;
  /** ISO 8601 UTC: first attempt. */
  firstAt!: string;
  /** Minimum number of attempts: the number is recorded each time that it has doubled. */
  times!: number;
  /** User or service that made the attempt; null if the caller was not recognised. */
  by!: AuthorAnswer | null;
  /** Way in of the attempt: `web` or `api:<name of the service>`. */
  via!: string;
  /** Method and route of the request; null when the hour had too many different attempts to tell them apart. */
  action!: string | null;
  /** Account that the attempt was about; null if none. */
  account!: AttemptedAccountAnswer | null;
  /** User that the attempt was about: the user to sign in, or the user to change; null if none. */
  user!: AuthorAnswer | null;
  /** HTTP status of the answer. */
  status!: number;
  /** Reason of the refusal, as in the problem document. */
  reason!: string;
  /** Mail server that refused the login; null if no server did. */
  server!: 'incoming' | 'outgoing' | null;
  /** Network address of the caller, for administrators and auditors; otherwise null, and null once forgotten. */
  from!: string | null;
}

export class AttemptPage {
  /** Attempts of this page, newest first. */
  items!: AttemptAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

export interface SelectedAttempt extends AttemptRow {
  byName: string | null;
  userName: string | null;
  address: string | null;
}

export const toAttempt = (row: SelectedAttempt): AttemptAnswer => ({
  id: row.id,
  at: row.lastAt.toISOString(),
  firstAt: row.firstAt.toISOString(),
  times: row.times,
  by: row.by === null ? null : toAuthor({ by: row.by, via: row.via }, () => row.byName ?? FORGOTTEN),
  via: row.via,
  action: row.action,
  account: row.accountId === null ? null : { id: row.accountId, address: row.address },
  user: row.userId === null ? null : { id: row.userId, name: row.userName ?? FORGOTTEN },
  status: row.status,
  reason: row.reason,
  server: row.server,
  from: row.from,
});
