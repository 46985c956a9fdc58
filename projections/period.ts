import { ValidateBy } from 'class-validator';

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 24 * 60 * 60 * 1000;
/** PostgreSQL knows no year 0. */
const FIRST = Date.parse('0001-01-02');
const LAST = Date.parse('9999-12-31');

const isDayOrTime = (value: unknown): boolean => {
  if (typeof value !== 'string' || !(DAY.test(value) || INSTANT.test(value))) return false;
  return Date.parse(value) >= FIRST && Date.parse(value) < LAST;
};

/** Of `since` and `until`: a day (UTC), or a time with its zone. */
export const IsDayOrTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDayOrTime',
    validator: {
      validate: isDayOrTime,
      defaultMessage: () => 'must be a day (2026-05-31) or a time with its zone (2026-05-31T10:00:00Z)',
    },
  });

export const isDay = (value: string): boolean => DAY.test(value);

/** From that time, or the beginning of that day, on. */
export const beginning = (since: string): Date => new Date(since);

/** Up to that time, or the end of that day; itself not within. */
export const end = (until: string): Date => new Date(Date.parse(until) + (DAY.test(until) ? DAY_MS : 0));
