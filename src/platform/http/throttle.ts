import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { Refused } from '../domain.js';

interface TooMany {
  reason: `too-many-${string}`;
  /** sentence for people, without the advice to try again */
  detail: string;
}

/**
 * Counts one attempt of `key`.
 * @throws Refused 429 with `retryAfter` in whole seconds, at least 1, if `limiter` has no points left for `key`
 */
export async function throttle(limiter: RateLimiterAbstract, key: string, tooMany: TooMany): Promise<void> {
  await limiter.consume(key).catch(async (state: RateLimiterRes | Error) => {
    if (state instanceof Error) throw state;
    if (limiter.duration > 0 && state.msBeforeNext > limiter.duration * 1000) {
      await limiter.delete(key); // the system clock was set back
      return throttle(limiter, key, tooMany);
    }
    const retryAfter = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    const detail = `${tooMany.detail} Try again in ${retryAfter} seconds.`;
    throw new Refused(tooMany.reason, 'too-many', detail, { retryAfter });
  });
}
