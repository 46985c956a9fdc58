import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { beginning, end, IsDayOrTime, isDayOrTime } from '../../src/platform/http/day-or-time.js';
import { type PageQuery, QueryBoolean } from '../../src/platform/http/input.js';
import { fromCursor } from '../../src/platform/http/pages.js';
import { BadInput } from '../../src/platform/http/problems.js';

/** Filters of the lists of messages. */
export class MessageFilters {
  /**
   * Only messages of this box; `trash`: deleted here; `outbox`: sent from here, and not taken by the servers of all
   * recipients yet. Default: received and sent messages.
   */
  @IsOptional()
  @IsIn(['received', 'sent', 'draft', 'trash', 'outbox'])
  box?: 'received' | 'sent' | 'draft' | 'trash' | 'outbox';

  /** Only messages in the folder with this id or path, drafts included, and without the trash. */
  @IsOptional()
  @IsString()
  @Matches(/^\P{Cc}{1,1000}$/u, { message: 'must be the id or the path of a folder' })
  folder?: string;

  /**
   * Only messages with these words: each is the beginning of a word in subject, people, names of attachments or body.
   * Case and accents do not count (`Zolc` finds `Żółć`, `Mueller` and `Muller` find `Müller`), nor do separators within
   * a number (`600700800` finds `600 700-800`). A phrase in quotes finds these whole words side by side; in very long
   * messages also apart. `from:`, `to:` (To and Cc) and `subject:` before a word or phrase search only there; before an
   * address they search the whole address. `has:attachment` finds messages with files. All parts must match; other
   * signs only separate words. Example: `from:anna@example.com subject:"annual report" has:attachment budget`.
   */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  q?: string;

  /** True for unread messages only, false for read messages only. Default: both. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  unread?: boolean;

  /** True for messages that the caller has not read, false for those that the caller has read. Default: both. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  unreadByMe?: boolean;

  /** Only messages of this sender: a whole address, or words of name or address. */
  @IsOptional()
  @IsString()
  @MaxLength(320)
  from?: string;

  /** Only messages received from this time or day (UTC) on. */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** Only messages received before this time, or up to the end of this day (UTC). */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}

/** With the fields of `PageQuery`: mixed classes lose the conversion of numbers in a bundle. */
export class ListMessagesParameters extends MessageFilters implements PageQuery {
  /** Maximum number of items on a page, 1 to 200. Default 50. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  /** The cursor `next` of the previous page; absent for the first page. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

/** undefined for a blank text */
export const wordsIn = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text;

export const hasSearch = ({ q, from }: MessageFilters): boolean =>
  wordsIn(q) !== undefined || wordsIn(from) !== undefined;

export const sinceOf = ({ since }: MessageFilters, timeZone?: string): Date | undefined =>
  since === undefined ? undefined : beginning(since, timeZone);

export const beforeOf = ({ until }: MessageFilters, timeZone?: string): Date | undefined =>
  until === undefined ? undefined : end(until, timeZone);

/**
 * Last message of the page before.
 * @throws BadInput for a cursor of another list
 */
export function messageCursor(cursor: string | undefined): { receivedAt: string; id: string } | undefined {
  const key = fromCursor(cursor, ['string', 'string']);
  if (!key) return undefined;
  const [receivedAt, id] = key;
  if (typeof receivedAt === 'string' && typeof id === 'string' && isDayOrTime(receivedAt) && id.isWellFormed())
    return { receivedAt, id };
  throw new BadInput([{ field: 'cursor', message: 'is no cursor of this list: begin with the first page' }]);
}
