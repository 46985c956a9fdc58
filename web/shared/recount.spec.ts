import { pauseAfter, Recounts } from './recount.js';

describe('counts', () => {
  it('are loaded once for all changes that happen meanwhile', async () => {
    const rounds: string[][] = [];
    let end = (): void => undefined;
    let begun = (): void => undefined;
    const counted = (): Promise<void> => new Promise((resolve) => (begun = resolve));
    const recounts = new Recounts((words) => {
      rounds.push([...words].sort());
      begun();
      return new Promise((resolve) => (end = resolve));
    });
    const first = counted();
    recounts.ask(['calendar']);
    await first;
    recounts.ask(['calendar']);
    recounts.ask(['folders']);
    recounts.ask(['calendar']);
    const second = counted();
    end();
    await second;
    expect(rounds).toEqual([['calendar'], ['calendar', 'folders']]);
  });

  it('pause the longer the longer they take, and not for long after an outage', () => {
    expect(pauseAfter(10)).toBeLessThan(100);
    expect(pauseAfter(300)).toBe(1500);
    expect(pauseAfter(60_000)).toBe(5000);
  });

  it('are loaded again after a failure', async () => {
    let rounds = 0;
    let done = (): void => undefined;
    const twice = new Promise<void>((resolve) => (done = resolve));
    const recounts = new Recounts(() => {
      if (++rounds === 2) done();
      return Promise.reject(new Error('away'));
    });
    recounts.ask(['calendar']);
    while (rounds < 1) await new Promise((resolve) => setImmediate(resolve));
    recounts.ask(['calendar']);
    await twice;
    expect(rounds).toBe(2);
  });
});
