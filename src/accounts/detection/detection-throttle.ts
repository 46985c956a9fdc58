import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { Refused } from '../../platform/domain.js';

const SEARCHES = 600;
const WINDOW_S = 10 * 60;

/** Limits detection, because each search connects to hosts of other organisations. Each process counts for itself. */
@Injectable()
export class DetectionThrottle {
  private readonly limiter = new RateLimiterMemory({ points: SEARCHES, duration: WINDOW_S });

  /** @throws Refused 429 */
  async mayDetect(caller: string): Promise<void> {
    await this.limiter.consume(caller).catch((state: RateLimiterRes | Error) => {
      if (state instanceof Error) throw state;
      const retryAfter = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
      throw new Refused(
        'too-many-detections',
        'too-many',
        `Too many searches for mail servers. Try again in ${retryAfter} seconds.`,
        { retryAfter },
      );
    });
  }
}
