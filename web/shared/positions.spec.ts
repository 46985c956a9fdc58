import { expectedPosition, expectPosition, forgetPositions, noteRead, readUpTo } from './positions.js';

beforeEach(() => forgetPositions());

describe('the position that a query waits for', () => {
  it('is the newest of recent changes', () => {
    expectPosition('0005', 0);
    expectPosition('0003', 1);
    expect(expectedPosition(2)).toBe('0005');
  });

  it('is forgotten after ten seconds', () => {
    expectPosition('0005', 0);
    expect(expectedPosition(10_000)).toBe('0005');
    expect(expectedPosition(10_001)).toBeUndefined();
  });

  it('may be an older one after ten seconds, because a log can be restored', () => {
    expectPosition('0005', 0);
    expectPosition('0003', 20_000);
    expect(expectedPosition(20_001)).toBe('0003');
  });
});

describe('the position that a live stream begins after', () => {
  it('is the oldest of all answers, so that no change is left out', () => {
    expect(readUpTo()).toBeUndefined();
    noteRead('0005');
    noteRead('0003');
    noteRead(null);
    noteRead('0009');
    expect(readUpTo()).toBe('0003');
  });
});
