/** A time to send at that people often choose. */
export interface SendTime {
  kind: 'evening' | 'tomorrow' | 'monday';
  at: Date;
}

const MORNING = 8;
const EVENING = 18;
const MONDAY = 1;
/** An evening that begins soon is no choice. */
const SOON_MS = 60 * 60_000;

/** Sensible times, in the time zone of the browser. */
export function sendTimes(now: Date): SendTime[] {
  const evening = dayAt(now, 0, EVENING);
  const untilMonday = (MONDAY - now.getDay() + 7) % 7 || 7;
  return [
    ...(evening.getTime() - now.getTime() > SOON_MS ? [{ kind: 'evening' as const, at: evening }] : []),
    { kind: 'tomorrow', at: dayAt(now, 1, MORNING) },
    ...(untilMonday === 1 ? [] : [{ kind: 'monday' as const, at: dayAt(now, untilMonday, MORNING) }]),
  ];
}

const dayAt = (now: Date, days: number, hour: number): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);

/** A moment as `<input type="datetime-local">` has it: in the time zone of the browser, without the zone. */
export const localOf = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

const two = (number: number): string => String(number).padStart(2, '0');

/** The moment of such a field; undefined: not a moment in the future. */
export function momentOf(local: string, now: Date): Date | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) || at <= now ? undefined : at;
}
