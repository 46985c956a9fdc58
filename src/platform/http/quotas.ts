import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { type Limit, SharedLimits } from './shared-limits.js';
import { throttle } from './throttle.js';

const HOUR_S = 3600;

/** Work that one person, or one service as itself, may ask for. All processes count together. */
const QUOTAS = {
  accounts: {
    limits: [
      { name: 'accounts-an-hour', points: 100, seconds: HOUR_S },
      { name: 'accounts-a-day', points: 300, seconds: 24 * HOUR_S },
    ],
    reason: 'too-many-accounts-added',
    detail: 'You added too many accounts.',
  },
  fetches: {
    limits: [{ name: 'fetches-an-hour', points: 3000, seconds: HOUR_S }],
    reason: 'too-many-fetches',
    detail: 'You asked for too many fetches.',
  },
} as const satisfies Record<string, { limits: readonly Limit[]; reason: string; detail: string }>;

/** An administrator sets up a whole company, or moves it here. */
const TIMES_FOR_ADMINISTRATORS = 50;

/** Live streams of one person in one process: many windows, on several devices. */
export const STREAMS_OF_ONE = 50;
/** Messages of one person that are read side by side; further ones wait. */
export const OPENINGS_OF_ONE = 4;
/** Messages of one person that wait to be read. */
export const WAITING_OPENINGS_OF_ONE = 200;

@Injectable()
export class Quotas {
  constructor(private readonly shared: SharedLimits) {}

  /** Counts one piece of work of the caller. @throws Refused 429 beyond the quota */
  async spend({ origin, actor }: Caller, work: keyof typeof QUOTAS): Promise<void> {
    const { limits, reason, detail } = QUOTAS[work];
    const isAdministrator = actor.role === 'administrator';
    for (const { name, points, seconds } of limits) {
      const limit = isAdministrator
        ? { name: `${name}-of-administrators`, points: points * TIMES_FOR_ADMINISTRATORS, seconds }
        : { name, points, seconds };
      await throttle(await this.shared.limiter(limit), origin.by, { reason, detail });
    }
  }
}
