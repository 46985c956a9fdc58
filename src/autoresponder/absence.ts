import type { Autoresponder } from '../accounts/account.events.js';
import { beginning, end } from '../platform/http/day-or-time.js';

/** True within the window of an enabled absence reply. Days begin and end at midnight in its time zone. */
export function isAbsent(
  { enabled, from, until, timeZone }: Pick<Autoresponder, 'enabled' | 'from' | 'until' | 'timeZone'>,
  at: Date,
): boolean {
  if (!enabled) return false;
  if (from !== null && at < beginning(from, timeZone)) return false;
  return until === null || at < end(until, timeZone);
}
