import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { end, IsDayOrTime, isDay } from '../../src/platform/http/day-or-time.js';
import { BadInput } from '../../src/platform/http/problems.js';
import type { Moment } from './past.js';

export class AtParameters {
  /**
   * Moment to show: a time with its zone, or a day (UTC) at its end. Default: now, and a moment in the future is now.
   */
  @IsOptional()
  @IsDayOrTime()
  at?: string;
}

export class MomentParameters extends AtParameters {
  /** Revision of the configuration to show; not together with `at`. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(999_999_999)
  revision?: number;
}

/**
 * undefined: now.
 * @throws BadInput for `at` together with `revision`
 */
export function momentOf({ at, revision }: MomentParameters): Moment | undefined {
  if (at !== undefined && revision !== undefined)
    throw new BadInput([{ field: 'revision', message: 'cannot be combined with at: leave out one of them' }]);
  if (revision !== undefined) return { revision };
  if (at === undefined) return undefined;
  return { at: isDay(at) ? new Date(end(at).getTime() - 1) : new Date(at) };
}
