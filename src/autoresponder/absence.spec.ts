import type { Autoresponder } from '../accounts/account.events.js';
import { isAbsent } from './absence.js';

const absence = (from: string | null, until: string | null, timeZone = 'Europe/Warsaw'): Autoresponder => ({
  ...{ enabled: true, subject: 'Away', html: null, text: 'Back soon' },
  ...{ from, until, timeZone },
});
const at = (time: string, window: Autoresponder): boolean => isAbsent(window, new Date(time));

describe('an absence', () => {
  it.each([
    ['the night of 29 March, its first second', '2026-03-28T23:00:00Z', true],
    ['the night of 29 March, the second before', '2026-03-28T22:59:59Z', false],
    ['the day with 23 hours, its last second', '2026-03-29T21:59:59Z', true],
    ['the day with 23 hours, one second later', '2026-03-29T22:00:00Z', false],
  ])('of 29 March in Warsaw: %s', (_, time, expected) => {
    expect(at(time, absence('2026-03-29', '2026-03-29'))).toBe(expected);
  });

  it.each([
    ['the night of 25 October, its first second', '2026-10-24T22:00:00Z', true],
    ['the night of 25 October, the second before', '2026-10-24T21:59:59Z', false],
    ['the hour that comes twice', '2026-10-25T00:30:00Z', true],
    ['the hour that comes twice, again', '2026-10-25T01:30:00Z', true],
    ['the day with 25 hours, its last second', '2026-10-25T22:59:59Z', true],
    ['the day with 25 hours, one second later', '2026-10-25T23:00:00Z', false],
  ])('of 25 October in Warsaw: %s', (_, time, expected) => {
    expect(at(time, absence('2026-10-25', '2026-10-25'))).toBe(expected);
  });

  it('between two times begins and ends with them', () => {
    const window = absence('2026-11-28T12:00:00Z', '2026-11-28T13:00:00Z');
    const times = ['2026-11-28T11:59:59Z', '2026-11-28T12:00:00Z', '2026-11-28T12:59:59Z', '2026-11-28T13:00:00Z'];
    expect(times.map((time) => at(time, window))).toEqual([false, true, true, false]);
  });

  it('without a beginning or an end is open on that side', () => {
    expect(at('1999-01-01T00:00:00Z', absence(null, '2026-01-01'))).toBe(true);
    expect(at('2099-01-01T00:00:00Z', absence('2026-01-01', null))).toBe(true);
  });

  it('that is switched off is none', () => {
    expect(at('2026-11-28T12:00:00Z', { ...absence(null, null), enabled: false })).toBe(false);
  });
});
