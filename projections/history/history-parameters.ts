import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsDayOrTime } from '../../src/platform/http/day-or-time.js';
import { PageQuery } from '../../src/platform/http/input.js';

export class HistoryParameters extends PageQuery {
  /** only changes by this person or service: `by.id` of an entry */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  by?: string;

  /** only changes by this way in: `via` of an entry; for a service, its changes on behalf of people too */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  via?: string;

  /** only changes of this field */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  field?: string;

  /** at or after this: a day (UTC) or a time */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** before this time, or up to the end of this day (UTC) */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}
