import { countWithin, type Slot, SPANS, whenFree } from './sliding-window.js';

const [minute, , day] = SPANS as [(typeof SPANS)[0], (typeof SPANS)[0], (typeof SPANS)[0]];
const NOW = Date.UTC(2026, 10, 30, 12);
const ago = (seconds: number, count: number): Slot => ({ at: NOW - seconds * 1000, count });
const free = (slots: Slot[], limit: number, count = 1, span = minute): number | null => {
  const at = whenFree(span, slots, { limit, count, now: NOW });
  return at === null ? null : (at - NOW) / 1000;
};

describe('a limit over the time before the present', () => {
  it('lets mails leave up to the limit', () => {
    expect(free([], 1)).toBeNull();
    expect(free([ago(30, 4)], 5)).toBeNull();
    expect(free([ago(30, 5)], 5)).toBe(35);
  });

  it('counts a mail until its whole slot has left', () => {
    expect(free([ago(64, 5)], 5)).toBe(1);
    expect(free([ago(65, 5)], 5)).toBeNull();
  });

  it('waits only for as many slots as needed', () => {
    const slots = [ago(10, 2), ago(50, 1), ago(40, 2)];
    expect(free(slots, 5)).toBe(15);
    expect(free(slots, 5, 3)).toBe(25);
    expect(free(slots, 5, 5)).toBe(55);
  });

  it('lets a message with more recipients than the limit leave alone', () => {
    expect(free([], 5, 250)).toBeNull();
    expect(free([ago(30, 1)], 5, 250)).toBe(35);
  });

  it('ignores mails that a wrong clock counted far ahead', () => {
    expect(countWithin(minute, [ago(-30, 3), ago(-3600, 9)], NOW)).toBe(3);
    expect(countWithin(day, [ago(-3600, 9)], NOW)).toBe(9);
  });
});
