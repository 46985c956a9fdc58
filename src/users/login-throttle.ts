import { Injectable } from '@nestjs/common';
import { type Limit, SharedLimits } from '../platform/http/shared-limits.js';
import { sourceOf } from '../platform/http/source-of.js';
import { throttle } from '../platform/http/throttle.js';
import { MasterKey } from '../platform/secrets/master-key.js';

const WINDOW_S = 15 * 60;
/** Failures of one user at one network address. */
const AT_A_PLACE: Limit = { name: 'place', points: 5, seconds: WINDOW_S };
/** Failures of one user at all network addresses where that user has never signed in. */
const OF_A_USER: Limit = { name: 'user', points: 20, seconds: WINDOW_S };
/** Failures at one network address, of users that have never signed in there. An office may share one address. */
const AT_A_SOURCE: Limit = { name: 'source', points: 30, seconds: WINDOW_S };
const KNOWN: Limit = { name: 'known', points: 1, seconds: 180 * 24 * 3600 };

const TOO_MANY = { reason: 'too-many-failures', detail: 'Too many attempts failed.' } as const;

/** A counted attempt: a failure until `succeeded`, so that simultaneous attempts count like sequential ones. */
export interface LoginAttempt {
  succeeded(): Promise<void>;
}

/**
 * Limits attempts to sign in, so that nobody can guess passwords. A network address where a user has signed in before
 * has a count of its own for that user: failures elsewhere lock no user out of a known place. The database holds no
 * network address, only HMACs.
 */
@Injectable()
export class LoginThrottle {
  constructor(
    private readonly limits: SharedLimits,
    private readonly master: MasterKey,
  ) {}

  /** @throws Refused 429 */
  async signIn(emailKey: string, address: string): Promise<LoginAttempt> {
    const source = this.master.nameFor('sign-in-source', sourceOf(address));
    const place = this.master.nameFor('sign-in-place', `${emailKey} ${source}`);
    const [atSource, atPlace, ofUser, known] = await Promise.all(
      [AT_A_SOURCE, AT_A_PLACE, OF_A_USER, KNOWN].map((limit) => this.limits.limiter(limit)),
    );
    const isKnown = (await known!.get(place)) !== null;
    // In this order: an attempt that its source or place refuses does not count against the user.
    if (!isKnown) await throttle(atSource!, source, TOO_MANY);
    await throttle(atPlace!, place, TOO_MANY);
    if (!isKnown) await throttle(ofUser!, emailKey, TOO_MANY);
    return {
      succeeded: async () => {
        await known!.set(place, 1, KNOWN.seconds);
        await atPlace!.delete(place);
        if (!isKnown) await Promise.all([atSource!.reward(source), ofUser!.reward(emailKey)]);
      },
    };
  }

  /** An attempt to tell the current password, within a session. @throws Refused 429 */
  async tellPassword(userId: string): Promise<LoginAttempt> {
    const limiter = await this.limits.limiter(AT_A_PLACE);
    const key = `password of ${userId}`;
    await throttle(limiter, key, TOO_MANY);
    return { succeeded: async () => void (await limiter.delete(key)) };
  }
}
