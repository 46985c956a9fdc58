import { RateLimiterMemory } from 'rate-limiter-flexible';
import { throttle } from './throttle.js';

const tooMany = { reason: 'too-many-knocks', detail: 'Too many knocks at the door.' } as const;

describe('the throttle', () => {
  it('lets as many attempts of a key pass as the limiter has points', async () => {
    const limiter = new RateLimiterMemory({ points: 2, duration: 60 });
    for (const key of ['ben', 'ben', 'cleo', 'cleo']) await throttle(limiter, key, tooMany);
    await expect(throttle(limiter, 'ben', tooMany)).rejects.toMatchObject({ kind: 'too-many' });
  });

  it('refuses with the reason and the seconds to wait', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 60 });
    await throttle(limiter, 'ben', tooMany);
    const refused = await throttle(limiter, 'ben', tooMany).catch((error: unknown) => error);
    expect(refused).toMatchObject({ reason: 'too-many-knocks', kind: 'too-many' });
    const { detail, extra } = refused as { detail: string; extra: { retryAfter: number } };
    expect([59, 60]).toContain(extra.retryAfter);
    expect(detail).toBe(`Too many knocks at the door. Try again in ${extra.retryAfter} seconds.`);
  });

  it('answers with one second at least, also when the limiter knows no end', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 0 });
    await throttle(limiter, 'ben', tooMany);
    await expect(throttle(limiter, 'ben', tooMany)).rejects.toMatchObject({ extra: { retryAfter: 1 } });
  });

  it('forgets attempts once the clock was set back by more than the window', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 60 });
    await throttle(limiter, 'ben', tooMany);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    try {
      await throttle(limiter, 'ben', tooMany);
      await expect(throttle(limiter, 'ben', tooMany)).rejects.toMatchObject({ kind: 'too-many' });
    } finally {
      clock.mockRestore();
    }
  });

  it('passes a failure of the store on', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 60 });
    limiter.consume = () => Promise.reject(new Error('connection lost'));
    await expect(throttle(limiter, 'ben', tooMany)).rejects.toThrow('connection lost');
  });
});
