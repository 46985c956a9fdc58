import pLimit from 'p-limit';
import type { Position } from '../../src/platform/log/event-store.js';
import type { FactLog, Recorded } from '../../src/platform/log/fact-log.js';
import { accountsOfTasks } from './accounts-of-tasks.js';
import { deliveriesOf, type Delivery } from './deliveries.js';
import { followed } from './notifications.js';

/** Facts that are read again for a client that reconnects. A client that missed more reloads everything. */
const MOST = 5000;
const WITHIN_MS = 5000;
/** After a restart all clients reconnect at once. */
const limit = pLimit(8);

interface Missed {
  /** the stream begins after this position */
  from: Position;
  deliveries: Delivery[];
}

/** Deliveries after `lastEventId` up to `to`; `too-much` also if `lastEventId` is no position of this log. */
export async function missedSince(
  log: FactLog,
  lastEventId: string,
  to: Position,
  closed: AbortSignal,
): Promise<Missed | 'too-much'> {
  if (!/^\d{20}$/.test(lastEventId)) return 'too-much';
  if (lastEventId === to) return { from: to, deliveries: [] };
  // The client may come from another process, which was ahead of this one.
  if (lastEventId > to)
    return lastEventId <= (await log.store.head()) ? { from: lastEventId, deliveries: [] } : 'too-much';
  return limit(() => readAgain(log, lastEventId, to, AbortSignal.any([closed, AbortSignal.timeout(WITHIN_MS)])));
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
      if (batch.position >= to) return { from, deliveries: deliveriesOf(facts, await accountsOfTasks(log, facts)) };
    }
  } catch {
    // The store cannot follow from a position of another log.
  }
  return 'too-much';
}
