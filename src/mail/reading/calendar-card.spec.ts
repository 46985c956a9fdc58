import { calendarCard } from './calendar-card.js';

const calendar = (...lines: string[]): string => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');

it('tells summary, time, place and people, with their answers', () => {
  expect(
    calendarCard(
      calendar(
        'METHOD:REQUEST',
        'BEGIN:VEVENT',
        'UID:1',
        'SUMMARY:Spotkanie z klientem',
        'DTSTART;TZID=Europe/Warsaw:20260302T100000',
        'DTEND;TZID=Europe/Warsaw:20260302T113000',
        'LOCATION:Warszawa\\, ul. Prosta 1',
        'ORGANIZER;CN=Anna:mailto:anna@firm.test',
        'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@firm.test',
        'END:VEVENT',
      ),
    ),
  ).toBe(
    `[REQUEST]
Spotkanie z klientem
2026-03-02 10:00 Europe/Warsaw – 2026-03-02 11:30 Europe/Warsaw
Warszawa, ul. Prosta 1
anna@firm.test
ben@firm.test (ACCEPTED)`,
  );
});

it.each([
  ['a day', ['DTSTART;VALUE=DATE:20260302'], '2026-03-02'],
  ['UTC', ['DTSTART:20260302T100000Z', 'DURATION:PT1H'], '2026-03-02 10:00 UTC – 2026-03-02 11:00 UTC'],
])('tells %s', (_, lines, time) => {
  expect(calendarCard(calendar('BEGIN:VEVENT', 'SUMMARY:x', ...lines, 'END:VEVENT'))).toContain(time);
});

it('is missing without a calendar', () => {
  expect(calendarCard('')).toBeNull();
  expect(calendarCard('hello')).toBeNull();
  expect(calendarCard(calendar())).toBeNull();
});
