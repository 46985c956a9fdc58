import { IsBoolean, IsOptional, IsString, IsTimeZone, MaxLength } from 'class-validator';
import { beginning, end, isDay, IsDayOrTime } from '../platform/http/day-or-time.js';
import { BadInput, type FieldError } from '../platform/http/problems.js';
import { MayBeLeftOut, OneLine } from '../platform/http/input.js';
import { type Autoresponder, TIME_ZONE } from './account.events.js';
import { CleanHtml } from './account-settings.js';

export class AutoresponderBody {
  /** True to switch the absence reply on. */
  @IsBoolean()
  enabled!: boolean;

  /** Start: a time with its zone, or a day from its beginning in `timeZone`. Default null: at once. */
  @IsOptional()
  @IsDayOrTime()
  from?: string | null;

  /** End: a time with its zone, or a day up to its end in `timeZone`. Default null: until the reply is switched off. */
  @IsOptional()
  @IsDayOrTime()
  until?: string | null;

  /** Time zone of the days (IANA), such as `Europe/Warsaw`, which is the default. */
  @MayBeLeftOut()
  @IsTimeZone({ message: 'must be a time zone, such as Europe/Warsaw' })
  timeZone?: string;

  /** Subject of the reply; required if `enabled`. Default null. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @OneLine()
  subject?: string | null;

  /** Body of the reply as HTML; scripts are removed. Default null: plain text only. */
  @IsOptional()
  @CleanHtml()
  @IsString()
  @MaxLength(100_000)
  html?: string | null;

  /** Body of the reply as plain text; required if `enabled`. Default null. */
  @IsOptional()
  @IsString()
  @MaxLength(50_000)
  text?: string | null;
}

/** A day stays a day, so that saving an answer changes nothing; a time is kept in UTC. */
const kept = (value: string): string => (isDay(value) ? value : new Date(value).toISOString());

/**
 * @param path of the body in the request, such as `autoresponder.`
 * @throws BadInput for an absence that ends before its start, or an empty reply
 */
export function toAutoresponder(
  {
    enabled,
    from = null,
    until = null,
    timeZone = TIME_ZONE,
    subject = null,
    html = null,
    text = null,
  }: AutoresponderBody,
  path = '',
): Autoresponder {
  const endsFirst = from !== null && until !== null && end(until, timeZone) <= beginning(from, timeZone);
  const errors: FieldError[] = [
    ...(endsFirst ? [{ field: `${path}until`, message: 'must come after from' }] : []),
    ...(enabled && !subject?.trim() ? [{ field: `${path}subject`, message: 'must not be empty' }] : []),
    ...(enabled && !text?.trim() ? [{ field: `${path}text`, message: 'must not be empty' }] : []),
  ];
  if (errors.length > 0) throw new BadInput(errors);
  return { enabled, from: from && kept(from), until: until && kept(until), timeZone, subject, html, text };
}
