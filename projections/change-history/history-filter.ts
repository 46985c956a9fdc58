import { applyDecorators } from '@nestjs/common';
import { IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/platform/http/input.js';

const TIME = /^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/;

/** A day, or a time with its offset: what is left of ISO 8601 that PostgreSQL, JavaScript and people read alike. */
const IsTime = (): PropertyDecorator =>
  applyDecorators(
    IsISO8601({ strict: true }),
    Matches(TIME, { message: '$property must be a day as in 2026-01-31 or a time as in 2026-01-31T12:00:00Z' }),
  );

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

  /** from this day or time on */
  @IsOptional()
  @IsTime()
  since?: string;

  /** before this day or time */
  @IsOptional()
  @IsTime()
  until?: string;
}
