import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { beginning, end, IsDayOrTime, isDayOrTime } from '../../src/platform/http/day-or-time.js';
import { PageQuery, QueryBoolean } from '../../src/platform/http/input.js';
import { fromCursor } from '../../src/platform/http/pages.js';
import { BadInput } from '../../src/platform/http/problems.js';

export class ListMessagesParameters extends PageQuery {
  /** without it: both, but no drafts */
  @IsOptional()
  @IsIn(['received', 'sent'])
  box?: 'received' | 'sent';

  /** id or path of a folder: what lies in it, drafts too */
  @IsOptional()
  @IsString()
  @Matches(/^\P{Cc}{1,1000}$/u, { message: 'must be the id or the path of a folder' })
  folder?: string;

  /** words, each the beginning of one in subject, people or body */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  q?: string;

  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  unread?: boolean;

  /** the sender: a whole address, or words of name or address */
  @IsOptional()
  @IsString()
  @MaxLength(320)
  from?: string;

  /** received then or later: a day (UTC) or a time */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** received before that time, or on that day (UTC) or earlier */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}

/** Empty words are no wish. */
export const wordsIn = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text;

export const asksTheSearch = ({ q, from }: ListMessagesParameters): boolean =>
  wordsIn(q) !== undefined || wordsIn(from) !== undefined;

export const sinceOf = ({ since }: ListMessagesParameters): Date | undefined =>
  since === undefined ? undefined : beginning(since);

export const beforeOf = ({ until }: ListMessagesParameters): Date | undefined =>
  until === undefined ? undefined : end(until);

/** Where a page of messages begins. @throws BadInput when the cursor is not one of ours */
export function messageCursor(cursor: string | undefined): { receivedAt: string; id: string } | undefined {
  const key = fromCursor(cursor, ['string', 'string']);
  if (!key) return undefined;
  const [receivedAt, id] = key;
  if (typeof receivedAt === 'string' && typeof id === 'string' && isDayOrTime(receivedAt) && id.isWellFormed())
    return { receivedAt, id };
  throw new BadInput([{ field: 'cursor', message: 'is not one that this list gave' }]);
}
