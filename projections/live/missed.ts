import pLimit from 'p-limit';
import type { Position } from '../../src/platform/log/event-store.js';
import type { FactLog, Recorded } from '../../src/platform/log/fact-log.js';
import { accountsOfTasks } from './accounts-of-tasks.js';
import { tell, type Told } from './telling.js';
import { followed } from './notifications.js';

/** Facts that are read again for somebody who comes back; beyond it he reloads what he shows. */
const MOST = 5000;
const WITHIN_MS = 5000;
/** After a restart all of them come back at once. */
const atATime = pLimit(8);

interface Missed {
  /** where the stream begins: nothing up to here is told */
  from: Position;
  told: Told[];
}

/** What was written after `lastEventId` up to `to`; `too-much` also when it is no position of this log. */
export async function missedSince(
  log: FactLog,
  lastEventId: string,
  to: Position,
  closed: AbortSignal,
): Promise<Missed | 'too-much'> {
  if (!/^\d{20}$/.test(lastEventId)) return 'too-much';
  if (lastEventId === to) return { from: to, told: [] };
  // Another process may have told more than this one.
  if (lastEventId > to) return lastEventId <= (await log.store.head()) ? { from: lastEventId, told: [] } : 'too-much';
  return atATime(() => readAgain(log, lastEventId, to, AbortSignal.any([closed, AbortSignal.timeout(WITHIN_MS)])));
}

async function readAgain(
  log: FactLog,
  from: Position,
  to: Position,
  signal: AbortSignal,
): Promise<Missed | 'too-much'> {
  const facts: Recorded[] = [];
  try {
    for await (const batch of log.followSealed(from, { signal, types: followed })) {
      facts.push(...batch.facts.filter(({ position }) => position <= to));
      if (facts.length > MOST) return 'too-much';
      if (batch.position >= to) return { from, told: tell(facts, await accountsOfTasks(log, facts)) };
    }
  } catch {
    // a position of another log, which the store cannot follow from
  }
  return 'too-much';
}
