/** Zone names in minutes east of UTC: RFC 5322 §4.3, and names that mail programs write besides. */
const ZONES: Readonly<Record<string, number>> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  IST: 330,
  CET: 60,
  MET: 60,
  MEZ: 60,
  CEST: 120,
  MEST: 120,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  TRT: 180,
  JST: 540,
  KST: 540,
  HKT: 480,
  SGT: 480,
  AWST: 480,
  ACST: 570,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  EDT: -240,
  EST: -300,
  CDT: -300,
  CST: -360,
  MDT: -360,
  MST: -420,
  PDT: -420,
  PST: -480,
  AKDT: -480,
  AKST: -540,
  HST: -600,
  BRT: -180,
  ART: -180,
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATE =
  /(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?\s*(?:([ap])\.?m\.?\b)?\s*([+-]{1,2}\d{1,2}:?\d{2}|\d{4}(?!\d)|[a-z]{1,5}(?![a-z]))?/i;

/**
 * ISO 8601 UTC time of a Date field (RFC 5322 §3.3, §4.3), also as sloppy programs write it; null if there is none. An
 * unknown zone counts as UTC.
 */
export function isoDate(field: string | Date | undefined): string | null {
  const written = typeof field === 'string' ? field.slice(0, 200).replaceAll(/\([^()]*\)/g, ' ') : field;
  const date = typeof written === 'string' ? (readDate(written) ?? new Date(written)) : (written ?? new Date(NaN));
  if (Number.isNaN(date.getTime())) return null;
  const iso = date.toISOString();
  return /^\d{4}-/.test(iso) ? iso : null;
}

function readDate(text: string): Date | undefined {
  const found = DATE.exec(text);
  if (!found) return undefined;
  const [, day, monthName, written, hour, minute, second = '0', half, zone] = found as unknown as string[];
  const month = MONTHS.indexOf(monthName!.toLowerCase());
  if (month === -1) return undefined;
  const year = yearOf(written!);
  const hours = (Number(hour) % (half ? 12 : 24)) + (/p/i.test(half ?? '') ? 12 : 0);
  const at = Date.UTC(year, month, Number(day), hours, Number(minute), Math.min(Number(second), 59));
  // Date.UTC takes 31 February for 3 March.
  return new Date(at).getUTCDate() === Number(day) ? new Date(at - 60_000 * minutesOf(zone)) : new Date(NaN);
}

/** Two digits are of 1950 to 2049, three count from 1900 (RFC 5322 §4.3), also with a zero before them. */
function yearOf(written: string): number {
  const year = Number(written);
  return year < 50 ? 2000 + year : year < 1000 ? 1900 + year : year;
}

function minutesOf(zone = ''): number {
  const [, sign, hours, minutes] = /^([+-]{0,2})(\d{1,2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return ZONES[zone.toUpperCase()] ?? 0;
  const offset = 60 * Number(hours) + Number(minutes);
  return offset >= 24 * 60 ? 0 : sign.endsWith('-') ? -offset : offset;
}
