import { beginning, end, isDayOrTime } from './day-or-time.js';

it.each(['2026-05-31', '2028-02-29', '2026-05-31T10:00Z', '2026-05-31T10:00:00.123456Z', '2026-03-29T02:30:00+01:00'])(
  '%s is a day or a time',
  (value) => expect(isDayOrTime(value)).toBe(true),
);

it.each([
  ...[
    '2026-02-30',
    '2026-02-29',
    '2026-04-31T10:00:00Z',
    '2026-02-30T23:00:00-05:00',
    '2026-13-01',
    '2026-05-31T25:00:00Z',
  ],
  ...[
    '2026-05-31T10:00:00',
    '2026-05-31 10:00:00Z',
    '31.05.2026',
    '0000-01-01',
    '9999-12-31',
    'yesterday',
    '',
    20260531,
    null,
  ],
])('%j is neither a day nor a time', (value) => expect(isDayOrTime(value)).toBe(false));

it('a period ends at the end of a day, and at a time itself', () => {
  expect(end('2026-05-31').toISOString()).toBe('2026-06-01T00:00:00.000Z');
  expect(end('2026-05-31T10:00:00+02:00').toISOString()).toBe('2026-05-31T08:00:00.000Z');
});

it.each([
  ['2026-12-05', 'Europe/Warsaw', '2026-12-04T23:00:00.000Z', '2026-12-05T23:00:00.000Z'],
  ['2026-03-29', 'Europe/Warsaw', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', 'Europe/Warsaw', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  ['2026-12-05', 'America/New_York', '2026-12-05T05:00:00.000Z', '2026-12-06T05:00:00.000Z'],
  ['2026-12-05', 'Asia/Kolkata', '2026-12-04T18:30:00.000Z', '2026-12-05T18:30:00.000Z'],
  ['2026-12-05', 'Pacific/Kiritimati', '2026-12-04T10:00:00.000Z', '2026-12-05T10:00:00.000Z'],
])('the day %s in %s lasts from %s to %s', (day, timeZone, from, until) => {
  expect([beginning(day, timeZone), end(day, timeZone)].map((time) => time.toISOString())).toEqual([from, until]);
});
