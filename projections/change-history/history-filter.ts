import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/platform/http/input.js';
import { IsDayOrTime } from '../period.js';

export class HistoryParameters extends PageQuery {
  /** only what this person or service did: `by.id` of an entry */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  by?: string;

  /** only what changed this field */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  field?: string;

  /** changed then or later: a day (UTC) or a time */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** changed before that time, or on that day (UTC) or earlier */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}
