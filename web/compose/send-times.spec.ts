import { localOf, momentOf, sendTimes } from './send-times.js';

const choices = (now: Date): [string, string][] => sendTimes(now).map(({ kind, at }) => [kind, localOf(at)]);

describe('times to send at', () => {
  it('on a Wednesday morning are the evening, tomorrow and Monday', () => {
    expect(choices(new Date(2026, 10, 25, 10))).toEqual([
      ['evening', '2026-11-25T18:00'],
      ['tomorrow', '2026-11-26T08:00'],
      ['monday', '2026-11-30T08:00'],
    ]);
  });

  it('leave out an evening that is close', () => {
    expect(choices(new Date(2026, 10, 25, 17, 30)).map(([kind]) => kind)).toEqual(['tomorrow', 'monday']);
  });

  it('on a Sunday name Monday once, and on a Monday the next one', () => {
    expect(choices(new Date(2026, 10, 29, 20))).toEqual([['tomorrow', '2026-11-30T08:00']]);
    expect(choices(new Date(2026, 10, 30, 20)).at(-1)).toEqual(['monday', '2026-12-07T08:00']);
  });

  it('of a field lie in the future', () => {
    const now = new Date(2026, 10, 25, 10);
    expect(momentOf('2026-11-25T10:01', now)).toEqual(new Date(2026, 10, 25, 10, 1));
    expect(momentOf('2026-11-25T09:59', now)).toBeUndefined();
    expect(momentOf('', now)).toBeUndefined();
  });
});
