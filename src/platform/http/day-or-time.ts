import { ValidateBy } from 'class-validator';

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 24 * 60 * 60 * 1000;
/** PostgreSQL has no year 0. */
const FIRST = Date.parse('0001-01-02');
const LAST = Date.parse('9999-12-31');

export const isDay = (value: string): boolean => DAY.test(value);

/** `Date.parse` alone does not tell: it reads 30 February as 2 March. */
function dayExists(value: string): boolean {
  const day = value.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

export function isDayOrTime(value: unknown): value is string {
  if (typeof value !== 'string' || !(isDay(value) || TIME.test(value))) return false;
  return Date.parse(value) >= FIRST && Date.parse(value) < LAST && dayExists(value);
}

/** Validates a day (UTC), or a time with its zone. */
export const IsDayOrTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDayOrTime',
    validator: {
      validate: isDayOrTime,
      defaultMessage: () => 'must be a day (2026-05-31) or a time with its zone (2026-05-31T10:00:00Z)',
    },
  });

/** Start of a period: the time, or the beginning of the day. */
export const beginning = (since: string): Date => new Date(since);

/** End of a period, exclusive: the time, or the end of the day. */
export const end = (until: string): Date => new Date(Date.parse(until) + (isDay(until) ? DAY_MS : 0));
