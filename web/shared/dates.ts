import { useLingui } from '@lingui/react';

const DAY_MS = 86_400_000;

export interface Dates {
  /** as short as the distance allows: the time today, else day and month, else with the year */
  short: (at: string, now?: Date) => string;
  /** day and time in full */
  full: (at: string) => string;
  /** day of the week, day and time, as short as possible */
  moment: (at: string | Date) => string;
  /** a day without its time */
  day: (at: string | Date) => string;
  /** name of a day in a list: today, yesterday, or the date */
  heading: (day: Date, now?: Date) => string;
}

/** Dates in the language and the time zone of the person. */
export function datesOf(locale: string): Dates {
  const format = (options: Intl.DateTimeFormatOptions): Pick<Intl.DateTimeFormat, 'format'> => {
    let made: Intl.DateTimeFormat | undefined;
    return { format: (date) => (made ??= new Intl.DateTimeFormat(locale, options)).format(date) };
  };
  const time = format({ hour: '2-digit', minute: '2-digit' });
  const dayOfYear = format({ day: 'numeric', month: 'short' });
  const day = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const full = format({ dateStyle: 'full', timeStyle: 'short' });
  const moment = format({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const heading = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return {
    short: (at, now = new Date()) => {
      const date = new Date(at);
      if (date.toDateString() === now.toDateString()) return time.format(date);
      return date.getFullYear() === now.getFullYear() ? dayOfYear.format(date) : day.format(date);
    },
    full: (at) => full.format(new Date(at)),
    moment: (at) => moment.format(new Date(at)),
    day: (at) => day.format(new Date(at)),
    heading: (at, now = new Date()) => {
      const distance = Math.round((startOf(at).getTime() - startOf(now).getTime()) / DAY_MS);
      return distance === 0 || distance === -1 ? relative.format(distance, 'day') : heading.format(at);
    },
  };
}

/** The language with the region of the browser: English dates differ by country. */
const regionOf = (language: string): string =>
  navigator.languages.find((each) => each.startsWith(`${language}-`)) ?? language;

const startOf = (day: Date): Date => new Date(day.getFullYear(), day.getMonth(), day.getDate());

/** By locale: a formatter takes a millisecond to make, and each row of a list needs one. */
const made = new Map<string, Dates>();

export function useDates(): Dates {
  const { i18n } = useLingui();
  const locale = regionOf(i18n.locale);
  const dates = made.get(locale) ?? datesOf(locale);
  made.set(locale, dates);
  return dates;
}

export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
