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

/** Start of a period: the time, or the beginning of the day in a time zone (IANA). */
export const beginning = (since: string, timeZone = 'UTC'): Date =>
  isDay(since) ? midnight(Date.parse(since), timeZone) : new Date(since);

/** End of a period, exclusive: the time, or the end of the day in a time zone (IANA). */
export const end = (until: string, timeZone = 'UTC'): Date =>
  isDay(until) ? midnight(Date.parse(until) + DAY_MS, timeZone) : new Date(until);

/** The beginning of a day in a time zone. @param day its beginning in UTC */
function midnight(day: number, timeZone: string): Date {
  if (timeZone === 'UTC') return new Date(day);
  const clock = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const offset = (at: number): number => {
    const name = clock.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
  // The offset at the guessed time may be that of the other side of a clock change.
  const guess = day - offset(day);
  return new Date(day - offset(guess));
}
