/** Way in which a change of the inbox becomes known, with its reason. */
export interface WayOfWatching {
  way: 'idle' | 'poll';
  reason: string;
}

/** One change may arrive in the moment in which IDLE ends for a check. */
const MISSED_IN_A_ROW = 2;

/** @param missed changes in a row that STATUS showed and IDLE did not report */
export function wayOfWatching({ idle }: { idle: boolean }, missed: number): WayOfWatching {
  if (!idle) return { way: 'poll', reason: 'no IDLE' };
  if (missed >= MISSED_IN_A_ROW) return { way: 'poll', reason: 'IDLE did not report changes that STATUS showed' };
  return { way: 'idle', reason: 'IDLE' };
}
