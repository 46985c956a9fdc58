import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { throttle } from '../../platform/http/throttle.js';

const SEARCHES = 600;
const WINDOW_S = 10 * 60;

/** Limits detection, because each search connects to hosts of other organisations. Each process counts for itself. */
@Injectable()
export class DetectionThrottle {
  private readonly limiter = new RateLimiterMemory({ points: SEARCHES, duration: WINDOW_S });

  /** @throws Refused 429 */
  async mayDetect(caller: string): Promise<void> {
    const detail = 'Too many searches for mail servers.';
    await throttle(this.limiter, caller, { reason: 'too-many-detections', detail });
  }
}
