import { datesOf } from './dates.js';

const NOW = new Date(2026, 10, 30, 12, 0);

describe('a short date', () => {
  it.each([
    ['today', new Date(2026, 10, 30, 9, 5), '09:05'],
    ['this year', new Date(2026, 2, 3, 9, 5), '3 mar'],
    ['another year', new Date(2024, 2, 3, 9, 5), '3 mar 2024'],
  ])('of %s in Polish', (_, at, shown) => {
    expect(datesOf('pl').short(at.toISOString(), NOW)).toBe(shown);
  });
});

describe('the heading of a day', () => {
  it.each([
    [30, 'today'],
    [29, 'yesterday'],
    [28, 'Saturday, November 28, 2026'],
  ])('of 2026-11-%i', (day, shown) => {
    expect(datesOf('en').heading(new Date(2026, 10, day), NOW)).toBe(shown);
  });
});
