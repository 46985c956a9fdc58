import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { PageQuery, QueryBoolean } from '../../src/platform/http/input.js';
import { fromCursor } from '../../src/platform/http/pages.js';
import { BadInput } from '../../src/platform/http/problems.js';

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** PostgreSQL knows no year 0. */
const isTime = (value: unknown): value is string =>
  typeof value === 'string' &&
  INSTANT.test(value) &&
  Date.parse(value) >= Date.parse('0001-01-02') &&
  Date.parse(value) < Date.parse('9999-12-31');

const IsTime = (): PropertyDecorator =>
  applyDecorators(
    ValidateBy({
      name: 'isTime',
      validator: {
        validate: isTime,
        defaultMessage: () => 'must be a day (2026-05-31) or a time with its zone (2026-05-31T10:00:00Z)',
      },
    }),
  );

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
  @IsTime()
  since?: string;

  /** received before that time, or on that day (UTC) or earlier */
  @IsOptional()
  @IsTime()
  until?: string;
}

/** Empty words are no wish. */
export const wordsIn = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text;

export const asksTheSearch = ({ q, from }: ListMessagesParameters): boolean =>
  wordsIn(q) !== undefined || wordsIn(from) !== undefined;

export const sinceOf = ({ since }: ListMessagesParameters): Date | undefined =>
  since === undefined ? undefined : new Date(since);

export const beforeOf = ({ until }: ListMessagesParameters): Date | undefined =>
  until === undefined ? undefined : new Date(Date.parse(until) + (DAY.test(until) ? DAY_MS : 0));

/** Where a page of messages begins. @throws BadInput when the cursor is not one of ours */
export function messageCursor(cursor: string | undefined): { receivedAt: string; id: string } | undefined {
  const key = fromCursor(cursor, ['string', 'string']);
  if (!key) return undefined;
  const [receivedAt, id] = key;
  if (typeof receivedAt === 'string' && typeof id === 'string' && isTime(receivedAt) && id.isWellFormed())
    return { receivedAt, id };
  throw new BadInput([{ field: 'cursor', message: 'is not one that this list gave' }]);
}
