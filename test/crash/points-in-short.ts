import type { KillPoint } from './kill-points.js';

/** `points` in `npm run test:long`; in `npm test`, which has little time, those of them that are named. */
export const inShort = <P extends KillPoint>(points: readonly P[], named: readonly P[]): readonly P[] =>
  process.env.EVERY_KILL_POINT ? points : named;
