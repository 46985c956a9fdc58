import { isSame } from './past-settings.js';

describe('two values of a setting', () => {
  it.each([
    [{ perMinute: null, perDay: 5 }, { perDay: 5, perMinute: null }, true],
    [{ perMinute: null }, {}, true],
    [{ perDay: 5 }, { perDay: 6 }, false],
    [null, false, false],
    ['a', 'a', true],
  ])('%j and %j', (a, b, same) => {
    expect(isSame(a, b)).toBe(same);
  });
});
